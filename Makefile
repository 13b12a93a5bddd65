# make run     start everything (PORT=8000, GONGZHI_HOME=./var)
# make test    install what the tests need and run all of them
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(PYTHON) src/gongzhi/running/install.py

.DEFAULT_GOAL := help
.PHONY: help run test bench lint fmt lock messages

help:
	@sed -n 's/^# //p' Makefile; echo "make bench   measure; make lint, fmt   check, format; make lock   renew the lock files"

run:
	@$(INSTALL) run
	@exec $(BIN)/gongzhi up

test:
	@$(INSTALL) test
	@told=$$(mktemp); $(BIN)/pytest tests/journeys > $$told 2>&1 & journeys=$$!; \
	$(BIN)/pytest -n 2 --dist loadgroup --ignore tests/journeys; rest=$$?; \
	wait $$journeys; walked=$$?; cat $$told; rm -f $$told; [ $$rest -eq 0 ] && [ $$walked -eq 0 ]

bench:
	@$(INSTALL) test
	@$(BIN)/gongzhi bench

lint:
	@$(INSTALL) test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/lint-imports
	$(BIN)/mypy

fmt:
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format --quiet .

lock:
	$(BIN)/pip-compile -q --strip-extras --no-header --no-emit-index-url --no-emit-find-links --upgrade -o requirements/run.txt pyproject.toml
	$(BIN)/pip-compile -q --strip-extras --no-header --no-emit-index-url --no-emit-find-links --upgrade --extra test -c requirements/run.txt -o requirements/test.txt pyproject.toml

# the English catalogue: new messages come in empty, those that are gone leave
messages:
	$(BIN)/pybabel -q extract -F babel.cfg -k say -k gettext_lazy --no-wrap --sort-by-file -o var/messages.pot src/gongzhi
	$(BIN)/pybabel -q update -i var/messages.pot -d src/gongzhi/locale -D django -l en --no-wrap --no-fuzzy-matching --ignore-obsolete
