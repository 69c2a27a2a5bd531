{% load static %}{% get_static_prefix as static_url %}"use strict";
self.tusen = { offline: "{% url 'calls:offline' branch.slug %}", parts: "{{ static_url }}" };
importScripts("{% static 'js/vault.js' %}", "{% static 'js/worker.js' %}");
