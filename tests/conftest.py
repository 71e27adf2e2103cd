import pytest
from hypothesis import HealthCheck, settings

# That a machine is slow is no fault.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write", action="store_true", help="refresh the outputs of the notebooks; read the difference")
