# For those whose fingers type make; ./dev does the work and needs no make.
.PHONY: run test lint setup

run test lint setup:
	@./dev $@
