from faced.v1 import decisions_pb2 as _decisions_pb2
from google.protobuf import empty_pb2 as _empty_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CalibrateGalleryRequest(_message.Message):
    __slots__ = ["false_positive_rate", "gallery"]
    FALSE_POSITIVE_RATE_FIELD_NUMBER: _ClassVar[int]
    GALLERY_FIELD_NUMBER: _ClassVar[int]
    false_positive_rate: float
    gallery: str
    def __init__(self, gallery: _Optional[str] = ..., false_positive_rate: _Optional[float] = ...) -> None: ...

class CalibrateGalleryResponse(_message.Message):
    __slots__ = ["calibration", "duplicate_count", "false_positive_rate", "lowest_supported_rate", "model_threshold", "observed_rate", "recognised_rate", "threshold"]
    CALIBRATION_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_COUNT_FIELD_NUMBER: _ClassVar[int]
    FALSE_POSITIVE_RATE_FIELD_NUMBER: _ClassVar[int]
    LOWEST_SUPPORTED_RATE_FIELD_NUMBER: _ClassVar[int]
    MODEL_THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    OBSERVED_RATE_FIELD_NUMBER: _ClassVar[int]
    RECOGNISED_RATE_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    calibration: GalleryCalibration
    duplicate_count: int
    false_positive_rate: float
    lowest_supported_rate: float
    model_threshold: float
    observed_rate: float
    recognised_rate: float
    threshold: float
    def __init__(self, calibration: _Optional[_Union[GalleryCalibration, _Mapping]] = ..., false_positive_rate: _Optional[float] = ..., threshold: _Optional[float] = ..., model_threshold: _Optional[float] = ..., lowest_supported_rate: _Optional[float] = ..., observed_rate: _Optional[float] = ..., recognised_rate: _Optional[float] = ..., duplicate_count: _Optional[int] = ...) -> None: ...

class DropGalleryCalibrationRequest(_message.Message):
    __slots__ = ["gallery"]
    GALLERY_FIELD_NUMBER: _ClassVar[int]
    gallery: str
    def __init__(self, gallery: _Optional[str] = ...) -> None: ...

class EstimateThresholdsRequest(_message.Message):
    __slots__ = ["false_positive_rates", "gallery"]
    FALSE_POSITIVE_RATES_FIELD_NUMBER: _ClassVar[int]
    GALLERY_FIELD_NUMBER: _ClassVar[int]
    false_positive_rates: _containers.RepeatedScalarFieldContainer[float]
    gallery: str
    def __init__(self, gallery: _Optional[str] = ..., false_positive_rates: _Optional[_Iterable[float]] = ...) -> None: ...

class EstimateThresholdsResponse(_message.Message):
    __slots__ = ["estimates", "face_count", "identity_count", "known_identity_count", "lowest_supported_rate", "measured_on", "source"]
    ESTIMATES_FIELD_NUMBER: _ClassVar[int]
    FACE_COUNT_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_COUNT_FIELD_NUMBER: _ClassVar[int]
    KNOWN_IDENTITY_COUNT_FIELD_NUMBER: _ClassVar[int]
    LOWEST_SUPPORTED_RATE_FIELD_NUMBER: _ClassVar[int]
    MEASURED_ON_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    estimates: _containers.RepeatedCompositeFieldContainer[ThresholdEstimate]
    face_count: int
    identity_count: int
    known_identity_count: int
    lowest_supported_rate: float
    measured_on: str
    source: _decisions_pb2.CalibrationSource
    def __init__(self, estimates: _Optional[_Iterable[_Union[ThresholdEstimate, _Mapping]]] = ..., identity_count: _Optional[int] = ..., face_count: _Optional[int] = ..., known_identity_count: _Optional[int] = ..., source: _Optional[_Union[_decisions_pb2.CalibrationSource, str]] = ..., measured_on: _Optional[str] = ..., lowest_supported_rate: _Optional[float] = ...) -> None: ...

class GalleryCalibration(_message.Message):
    __slots__ = ["comparison_count", "create_time", "face_count", "gallery", "identity_count", "model"]
    COMPARISON_COUNT_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    FACE_COUNT_FIELD_NUMBER: _ClassVar[int]
    GALLERY_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_COUNT_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    comparison_count: int
    create_time: _timestamp_pb2.Timestamp
    face_count: int
    gallery: str
    identity_count: int
    model: str
    def __init__(self, gallery: _Optional[str] = ..., model: _Optional[str] = ..., create_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., identity_count: _Optional[int] = ..., face_count: _Optional[int] = ..., comparison_count: _Optional[int] = ...) -> None: ...

class GetGalleryCalibrationRequest(_message.Message):
    __slots__ = ["gallery"]
    GALLERY_FIELD_NUMBER: _ClassVar[int]
    gallery: str
    def __init__(self, gallery: _Optional[str] = ...) -> None: ...

class ThresholdEstimate(_message.Message):
    __slots__ = ["expected_false_positive_rate", "false_positive_rate", "known_missed", "strangers_accepted", "threshold"]
    EXPECTED_FALSE_POSITIVE_RATE_FIELD_NUMBER: _ClassVar[int]
    FALSE_POSITIVE_RATE_FIELD_NUMBER: _ClassVar[int]
    KNOWN_MISSED_FIELD_NUMBER: _ClassVar[int]
    STRANGERS_ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    expected_false_positive_rate: float
    false_positive_rate: float
    known_missed: float
    strangers_accepted: float
    threshold: float
    def __init__(self, false_positive_rate: _Optional[float] = ..., threshold: _Optional[float] = ..., expected_false_positive_rate: _Optional[float] = ..., strangers_accepted: _Optional[float] = ..., known_missed: _Optional[float] = ...) -> None: ...
