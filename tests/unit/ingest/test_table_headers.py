"""Names and units in headers; footnote signs are ignored."""

from __future__ import annotations

import pytest

from specdb.figures import unit_registry
from specdb.ingest.tables import headers
from specdb.ingest.tables.sheet import unique_names


@pytest.mark.parametrize(
    ("header", "name", "unit"),
    [
        ("Weight (g)", "Weight", "g"),
        ("Battery [mAh]", "Battery", "mAh"),
        ("weight_in_lbs", "weight", "lb"),
        ("Weight_in_lbs", "Weight", "lb"),
        ("memory_size_gb", "memory size", "GB"),
        ("memory_bandwidth_gb_s", "memory bandwidth", "GB/s"),
        ("TDP, W", "TDP", "W"),
        ("Weight in g", "Weight", "g"),
        ("Weight / g", "Weight", "g"),
        ("Memory: GB", "Memory", "GB"),
        ("Max. speed km/h", "Max speed", "km/h"),
        ("Battery capacity (in kWh)", "Battery capacity", "kWh"),
        ("SensorWidth(mm)", "Sensor Width", "mm"),
        ("SensorWidth(pixels)", "Sensor Width", "px"),
        ("Range (deg)", "Range", "°"),
        ("Price ($)", "Price", "USD"),
        ("Price, EUR", "Price", "EUR"),
        ("Display size (in)", "Display size", "in"),
        ("battery.pack_capacity_kwh_net", "battery pack capacity net", "kWh"),
        ("performance.acceleration_0_100_kmh_s", "performance acceleration 0 100 kmh", "s"),
        ("powertrain.system_torque_nm", "powertrain system torque", "Nm"),
        ("process_size_nm", "process size", "nm"),
        ("Miles_per_Gallon", "Miles per Gallon", "mpg"),
        ("Horsepower", "Horsepower", "hp"),
        ("single_float_performance_gflop_s", "single float performance", "GFLOPS"),
        ("battery_life_hours", "battery life", "h"),
        ("Area (m²)", "Area", "m²"),
        ("Area m²", "Area", "m²"),
        ("Weight¹ ²", "Weight", ""),
        ("Weight (g)¹", "Weight", "g"),
        ("Weight [kg] *", "Weight", "kg"),
        ("Weight[1]", "Weight", ""),
        ("\ufeffWeight\u00a0(g)", "Weight", "g"),
        ("Price (premium)", "Price (premium)", ""),
        ("Weight (NOT for shipping) (LBS)", "Weight (NOT for shipping)", "lb"),
        ("Verbrauch bei 90 km/h(l/100 km)", "Verbrauch bei 90 km/h", "L/100km"),
        ("Generator (V/A)", "Generator", "V/A"),
        ("height.meters", "height", "m"),
        ("first_stage.thrust.kN", "first stage thrust", "kN"),
        ("payload_weights[id=leo].kg", "payload weights[id=leo]", "kg"),
        ("size.h", "size h", ""),
        ("I_max_A", "I max", "A"),
        ("max_discharge_a", "max discharge", "A"),
        ("group_A", "group A", ""),
        ("Length [m]", "Length", "m"),
        ("Weight[g]", "Weight", "g"),
        ("Weight (g)[b]", "Weight", "g"),
        ("Torque Nm at (rpm)", "Torque Nm at (rpm)", ""),
        ("Weight kg (without lens)", "Weight kg (without lens)", ""),
        ("SAR", "SAR", ""),
        ("Body SAR", "Body SAR", ""),
        ("Price (SAR)", "Price", "SAR"),
        ("Price EUR", "Price", "EUR"),
        ("Wire (AWG)", "Wire (AWG)", ""),
        ("Year", "Year", ""),
        ("start_year", "start year", ""),
        ("Origin", "Origin", ""),
        ("NeuronLink bandwidth (GiB/sec/device)", "NeuronLink bandwidth (GiB/sec/device)", ""),
        ("", "", ""),
        ("(" * 5000, "", ""),
    ],
)
def test_read(header: str, name: str, unit: str) -> None:
    found = headers.parse_header(header)
    if name:
        assert found.name == name
    assert (unit_registry.resolve_unit(found.unit).name if found.unit else "") == unit


@pytest.mark.parametrize(
    ("header", "doubt"),
    [
        ("memory_size_gb", "gb is read as bytes; bits would be Gbit"),
        ("system_torque_nm", "nm may also be nm"),
        ("power_w", "the letter w is read as a unit of power"),
        ("Weight (g)", ""),
    ],
)
def test_doubts(header: str, doubt: str) -> None:
    assert headers.parse_header(header).doubt == doubt


def test_columns_without_a_name_or_with_the_same() -> None:
    assert unique_names(["a", "", "a", " ", "a¹"]) == ["a", "column 2", "a #2", "column 4", "a #3"]
