# One obvious command for each habit; `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.run-installed
DEV := $(VENV)/.dev-installed
SCALE := $(VENV)/.scale-installed

.DEFAULT_GOAL := help
.PHONY: help demo test scale scale-out fuzz bench chaos soak lint format lock messages up clean

help: ## Liệt kê các lệnh
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

demo: $(RUN) ## Chạy thử trọn Quý I/2026 của Điện Biên (kết quả ở .demo/)
	$(BIN)/python -m demo .demo

test: $(DEV) ## Chạy toàn bộ kiểm thử
	$(BIN)/python -m pytest -n auto --dist loadgroup

fuzz: $(DEV) ## Thử biểu mẫu bị làm hỏng ngẫu nhiên, lâu hơn make test (DONDOC_FUZZ_MINUTES=10)
	DONDOC_FUZZ_MINUTES=$${DONDOC_FUZZ_MINUTES:-10} $(BIN)/python -m pytest tests/fuzz

bench: $(DEV) ## Đo mọi bước ở cỡ 60, 600 và 4.000 cơ quan, trên SQLite và PostgreSQL (benchmarks/results.md)
	$(BIN)/python -W ignore -m benchmarks.scale --output benchmarks/results.md

chaos: $(DEV) ## Thử lời hứa của việc nhắc: dừng đột ngột, đồng hồ nhảy, máy chủ lỗi (benchmarks/chaos.md)
	$(BIN)/python -m benchmarks.chaos --output benchmarks/chaos.md

soak: $(DEV) ## Chạy thử trọn một năm của cả nước (4.000 cơ quan), có đủ loại sự cố, rồi đếm độc lập (benchmarks/soak.md)
	$(BIN)/python -W ignore -m benchmarks.year --output benchmarks/soak.md

scale-out: $(DEV) ## Thử chạy trên nhiều máy (PostgreSQL, Redis): dừng đột ngột một bộ thực hiện khi đang gửi (benchmarks/scale-out.md)
	$(BIN)/python -m benchmarks.scale_out --output benchmarks/scale-out.md

lint: $(DEV) ## Kiểm tra văn phong mã, kiểu dữ liệu, ranh giới giữa các phần
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(DEV) ## Sắp lại mã theo văn phong chung
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Not after $(DEV): a library that pyproject.toml has just named is in no pinned list yet, and pip check would fail.
lock: $(BIN)/python ## Ghim lại phiên bản thư viện sau khi sửa pyproject.toml
	$(BIN)/python -m uv --version >/dev/null 2>&1 || $(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 pyproject.toml requirements/build.in -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --extra dev --extra scale --extra bench pyproject.toml requirements/build.in -c requirements/run.txt -o requirements/dev.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --extra scale pyproject.toml requirements/build.in -c requirements/run.txt -o requirements/scale.txt

messages: $(RUN) ## Biên dịch lời văn tiếng Việt của dòng lệnh
	$(BIN)/pybabel compile -d flows/locale -l vi -D messages

scale: $(SCALE) ## Cài thêm phần chạy trên nhiều máy (Redis)

up: $(RUN) ## Chạy dondoc trên máy này (giao diện ở http://127.0.0.1:4200)
	$(BIN)/dondoc up

clean: ## Xóa môi trường và kết quả chạy thử
	rm -rf $(VENV) .demo .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("dondoc cần Python 3.11 trở lên") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(RUN): $(BIN)/python requirements/run.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements/run.txt
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	$(BIN)/python -m pip check
	@touch $@

$(DEV): $(RUN) requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip check
	@touch $@

$(SCALE): $(RUN) requirements/scale.txt
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements/scale.txt
	$(BIN)/python -m pip check
	@touch $@
