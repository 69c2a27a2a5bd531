# For those whose fingers type make; ./dev does the work and needs no make.
.PHONY: run test lint format setup

run test lint format setup:
	@./dev $@
