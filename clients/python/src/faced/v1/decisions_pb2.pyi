from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

CALIBRATION_REACH_UNSPECIFIED: CalibrationReach
CALIBRATION_SOURCE_GALLERY: CalibrationSource
CALIBRATION_SOURCE_MODEL: CalibrationSource
CALIBRATION_SOURCE_UNSPECIFIED: CalibrationSource
CALIBRATION_SUPPORTED: CalibrationReach
CALIBRATION_UNSUPPORTED: CalibrationReach
DESCRIPTOR: _descriptor.FileDescriptor

class DecisionBasis(_message.Message):
    __slots__ = ["ambiguity_margin", "asked_false_positive_rate", "calibration", "expected_false_positive_rate", "identities_compared", "lowest_supported_rate", "margin", "measured_on", "source"]
    AMBIGUITY_MARGIN_FIELD_NUMBER: _ClassVar[int]
    ASKED_FALSE_POSITIVE_RATE_FIELD_NUMBER: _ClassVar[int]
    CALIBRATION_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_FALSE_POSITIVE_RATE_FIELD_NUMBER: _ClassVar[int]
    IDENTITIES_COMPARED_FIELD_NUMBER: _ClassVar[int]
    LOWEST_SUPPORTED_RATE_FIELD_NUMBER: _ClassVar[int]
    MARGIN_FIELD_NUMBER: _ClassVar[int]
    MEASURED_ON_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    ambiguity_margin: float
    asked_false_positive_rate: float
    calibration: CalibrationReach
    expected_false_positive_rate: float
    identities_compared: int
    lowest_supported_rate: float
    margin: float
    measured_on: str
    source: CalibrationSource
    def __init__(self, asked_false_positive_rate: _Optional[float] = ..., expected_false_positive_rate: _Optional[float] = ..., identities_compared: _Optional[int] = ..., margin: _Optional[float] = ..., ambiguity_margin: _Optional[float] = ..., calibration: _Optional[_Union[CalibrationReach, str]] = ..., lowest_supported_rate: _Optional[float] = ..., source: _Optional[_Union[CalibrationSource, str]] = ..., measured_on: _Optional[str] = ...) -> None: ...

class CalibrationSource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class CalibrationReach(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
