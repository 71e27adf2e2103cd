import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write", action="store_true", help="refresh the outputs of the notebooks; read the difference")
