from faced.v1 import common_pb2 as _common_pb2
from faced.v1 import decisions_pb2 as _decisions_pb2
from faced.v1 import findings_pb2 as _findings_pb2
from faced.v1 import gallery_service_pb2 as _gallery_service_pb2
from faced.v1 import vectors_pb2 as _vectors_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DECISION_AMBIGUOUS: Decision
DECISION_IDENTIFIED: Decision
DECISION_UNKNOWN: Decision
DECISION_UNSPECIFIED: Decision
DESCRIPTOR: _descriptor.FileDescriptor
SEARCH_MODE_APPROXIMATE: SearchMode
SEARCH_MODE_CERTIFIED: SearchMode
SEARCH_MODE_EXACT: SearchMode
SEARCH_MODE_UNSPECIFIED: SearchMode

class Candidate(_message.Message):
    __slots__ = ["display_name", "distance", "face", "identity"]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    DISTANCE_FIELD_NUMBER: _ClassVar[int]
    FACE_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    display_name: str
    distance: float
    face: str
    identity: str
    def __init__(self, identity: _Optional[str] = ..., display_name: _Optional[str] = ..., distance: _Optional[float] = ..., face: _Optional[str] = ...) -> None: ...

class DetectRequest(_message.Message):
    __slots__ = ["minimum_face", "photo"]
    MINIMUM_FACE_FIELD_NUMBER: _ClassVar[int]
    PHOTO_FIELD_NUMBER: _ClassVar[int]
    minimum_face: _common_pb2.MinimumFace
    photo: bytes
    def __init__(self, photo: _Optional[bytes] = ..., minimum_face: _Optional[_Union[_common_pb2.MinimumFace, _Mapping]] = ...) -> None: ...

class DetectResponse(_message.Message):
    __slots__ = ["faces", "height", "warnings", "width"]
    FACES_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    faces: _containers.RepeatedCompositeFieldContainer[DetectedFace]
    height: int
    warnings: _containers.RepeatedCompositeFieldContainer[_common_pb2.PhotoWarning]
    width: int
    def __init__(self, faces: _Optional[_Iterable[_Union[DetectedFace, _Mapping]]] = ..., width: _Optional[int] = ..., height: _Optional[int] = ..., warnings: _Optional[_Iterable[_Union[_common_pb2.PhotoWarning, _Mapping]]] = ...) -> None: ...

class DetectedFace(_message.Message):
    __slots__ = ["box", "detection_score", "landmarks", "quality"]
    BOX_FIELD_NUMBER: _ClassVar[int]
    DETECTION_SCORE_FIELD_NUMBER: _ClassVar[int]
    LANDMARKS_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    box: _common_pb2.Box
    detection_score: float
    landmarks: _common_pb2.Landmarks
    quality: _common_pb2.FaceQuality
    def __init__(self, box: _Optional[_Union[_common_pb2.Box, _Mapping]] = ..., detection_score: _Optional[float] = ..., landmarks: _Optional[_Union[_common_pb2.Landmarks, _Mapping]] = ..., quality: _Optional[_Union[_common_pb2.FaceQuality, _Mapping]] = ...) -> None: ...

class EnrollRequest(_message.Message):
    __slots__ = ["again", "box", "display_name", "dry_run", "force", "gallery", "identity", "minimum_face", "model", "photo", "request_id", "selection", "source", "vector"]
    AGAIN_FIELD_NUMBER: _ClassVar[int]
    BOX_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    FORCE_FIELD_NUMBER: _ClassVar[int]
    GALLERY_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_FACE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PHOTO_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SELECTION_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    VECTOR_FIELD_NUMBER: _ClassVar[int]
    again: bool
    box: _common_pb2.Box
    display_name: str
    dry_run: bool
    force: bool
    gallery: str
    identity: str
    minimum_face: _common_pb2.MinimumFace
    model: str
    photo: bytes
    request_id: str
    selection: _common_pb2.FaceSelection
    source: str
    vector: _vectors_pb2.Vector
    def __init__(self, gallery: _Optional[str] = ..., display_name: _Optional[str] = ..., identity: _Optional[str] = ..., photo: _Optional[bytes] = ..., selection: _Optional[_Union[_common_pb2.FaceSelection, str]] = ..., request_id: _Optional[str] = ..., source: _Optional[str] = ..., again: bool = ..., vector: _Optional[_Union[_vectors_pb2.Vector, _Mapping]] = ..., model: _Optional[str] = ..., dry_run: bool = ..., force: bool = ..., minimum_face: _Optional[_Union[_common_pb2.MinimumFace, _Mapping]] = ..., box: _Optional[_Union[_common_pb2.Box, _Mapping]] = ...) -> None: ...

class EnrollResponse(_message.Message):
    __slots__ = ["already_enrolled", "dry_run", "faces", "findings", "identity", "identity_created", "replayed", "warnings"]
    ALREADY_ENROLLED_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    FACES_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_CREATED_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    already_enrolled: bool
    dry_run: bool
    faces: _containers.RepeatedCompositeFieldContainer[_gallery_service_pb2.Face]
    findings: _containers.RepeatedCompositeFieldContainer[_findings_pb2.EnrolmentFinding]
    identity: _gallery_service_pb2.Identity
    identity_created: bool
    replayed: bool
    warnings: _containers.RepeatedCompositeFieldContainer[_common_pb2.PhotoWarning]
    def __init__(self, identity: _Optional[_Union[_gallery_service_pb2.Identity, _Mapping]] = ..., faces: _Optional[_Iterable[_Union[_gallery_service_pb2.Face, _Mapping]]] = ..., identity_created: bool = ..., replayed: bool = ..., already_enrolled: bool = ..., warnings: _Optional[_Iterable[_Union[_common_pb2.PhotoWarning, _Mapping]]] = ..., findings: _Optional[_Iterable[_Union[_findings_pb2.EnrolmentFinding, _Mapping]]] = ..., dry_run: bool = ...) -> None: ...

class EnrollStreamResponse(_message.Message):
    __slots__ = ["enrolled", "problem", "request_id"]
    ENROLLED_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    enrolled: EnrollResponse
    problem: _common_pb2.Problem
    request_id: str
    def __init__(self, request_id: _Optional[str] = ..., enrolled: _Optional[_Union[EnrollResponse, _Mapping]] = ..., problem: _Optional[_Union[_common_pb2.Problem, _Mapping]] = ...) -> None: ...

class IdentifiedFace(_message.Message):
    __slots__ = ["basis", "box", "candidates", "decision", "detection_score", "quality", "search_mode", "threshold"]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    BOX_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    DETECTION_SCORE_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    SEARCH_MODE_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    basis: _decisions_pb2.DecisionBasis
    box: _common_pb2.Box
    candidates: _containers.RepeatedCompositeFieldContainer[Candidate]
    decision: Decision
    detection_score: float
    quality: _common_pb2.FaceQuality
    search_mode: SearchMode
    threshold: float
    def __init__(self, box: _Optional[_Union[_common_pb2.Box, _Mapping]] = ..., detection_score: _Optional[float] = ..., decision: _Optional[_Union[Decision, str]] = ..., candidates: _Optional[_Iterable[_Union[Candidate, _Mapping]]] = ..., threshold: _Optional[float] = ..., search_mode: _Optional[_Union[SearchMode, str]] = ..., quality: _Optional[_Union[_common_pb2.FaceQuality, _Mapping]] = ..., basis: _Optional[_Union[_decisions_pb2.DecisionBasis, _Mapping]] = ...) -> None: ...

class IdentifyRequest(_message.Message):
    __slots__ = ["display_names", "excluded_display_names", "excluded_identities", "face", "false_positive_rate", "gallery", "identities", "labels", "max_candidates", "minimum_face", "model", "more_photos", "photo", "selection", "threshold", "vectors"]
    class LabelsEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    DISPLAY_NAMES_FIELD_NUMBER: _ClassVar[int]
    EXCLUDED_DISPLAY_NAMES_FIELD_NUMBER: _ClassVar[int]
    EXCLUDED_IDENTITIES_FIELD_NUMBER: _ClassVar[int]
    FACE_FIELD_NUMBER: _ClassVar[int]
    FALSE_POSITIVE_RATE_FIELD_NUMBER: _ClassVar[int]
    GALLERY_FIELD_NUMBER: _ClassVar[int]
    IDENTITIES_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    MAX_CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_FACE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    MORE_PHOTOS_FIELD_NUMBER: _ClassVar[int]
    PHOTO_FIELD_NUMBER: _ClassVar[int]
    SELECTION_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    VECTORS_FIELD_NUMBER: _ClassVar[int]
    display_names: _containers.RepeatedScalarFieldContainer[str]
    excluded_display_names: _containers.RepeatedScalarFieldContainer[str]
    excluded_identities: _containers.RepeatedScalarFieldContainer[str]
    face: str
    false_positive_rate: float
    gallery: str
    identities: _containers.RepeatedScalarFieldContainer[str]
    labels: _containers.ScalarMap[str, str]
    max_candidates: int
    minimum_face: _common_pb2.MinimumFace
    model: str
    more_photos: _containers.RepeatedScalarFieldContainer[bytes]
    photo: bytes
    selection: _common_pb2.FaceSelection
    threshold: float
    vectors: _containers.RepeatedCompositeFieldContainer[_vectors_pb2.Vector]
    def __init__(self, gallery: _Optional[str] = ..., photo: _Optional[bytes] = ..., selection: _Optional[_Union[_common_pb2.FaceSelection, str]] = ..., max_candidates: _Optional[int] = ..., false_positive_rate: _Optional[float] = ..., threshold: _Optional[float] = ..., identities: _Optional[_Iterable[str]] = ..., excluded_identities: _Optional[_Iterable[str]] = ..., more_photos: _Optional[_Iterable[bytes]] = ..., vectors: _Optional[_Iterable[_Union[_vectors_pb2.Vector, _Mapping]]] = ..., model: _Optional[str] = ..., face: _Optional[str] = ..., display_names: _Optional[_Iterable[str]] = ..., excluded_display_names: _Optional[_Iterable[str]] = ..., labels: _Optional[_Mapping[str, str]] = ..., minimum_face: _Optional[_Union[_common_pb2.MinimumFace, _Mapping]] = ...) -> None: ...

class IdentifyResponse(_message.Message):
    __slots__ = ["faces", "model", "warnings"]
    FACES_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    faces: _containers.RepeatedCompositeFieldContainer[IdentifiedFace]
    model: str
    warnings: _containers.RepeatedCompositeFieldContainer[_common_pb2.PhotoWarning]
    def __init__(self, faces: _Optional[_Iterable[_Union[IdentifiedFace, _Mapping]]] = ..., model: _Optional[str] = ..., warnings: _Optional[_Iterable[_Union[_common_pb2.PhotoWarning, _Mapping]]] = ...) -> None: ...

class IdentifyStreamResponse(_message.Message):
    __slots__ = ["identified", "index", "problem"]
    IDENTIFIED_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    identified: IdentifyResponse
    index: int
    problem: _common_pb2.Problem
    def __init__(self, index: _Optional[int] = ..., identified: _Optional[_Union[IdentifyResponse, _Mapping]] = ..., problem: _Optional[_Union[_common_pb2.Problem, _Mapping]] = ...) -> None: ...

class VerifyRequest(_message.Message):
    __slots__ = ["display_name", "false_accept_rate", "gallery", "identity", "minimum_face", "model", "other_photo", "photo", "selection", "vector"]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    FALSE_ACCEPT_RATE_FIELD_NUMBER: _ClassVar[int]
    GALLERY_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_FACE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    OTHER_PHOTO_FIELD_NUMBER: _ClassVar[int]
    PHOTO_FIELD_NUMBER: _ClassVar[int]
    SELECTION_FIELD_NUMBER: _ClassVar[int]
    VECTOR_FIELD_NUMBER: _ClassVar[int]
    display_name: str
    false_accept_rate: float
    gallery: str
    identity: str
    minimum_face: _common_pb2.MinimumFace
    model: str
    other_photo: bytes
    photo: bytes
    selection: _common_pb2.FaceSelection
    vector: _vectors_pb2.Vector
    def __init__(self, gallery: _Optional[str] = ..., photo: _Optional[bytes] = ..., selection: _Optional[_Union[_common_pb2.FaceSelection, str]] = ..., identity: _Optional[str] = ..., display_name: _Optional[str] = ..., other_photo: _Optional[bytes] = ..., false_accept_rate: _Optional[float] = ..., vector: _Optional[_Union[_vectors_pb2.Vector, _Mapping]] = ..., model: _Optional[str] = ..., minimum_face: _Optional[_Union[_common_pb2.MinimumFace, _Mapping]] = ...) -> None: ...

class VerifyResponse(_message.Message):
    __slots__ = ["distance", "model", "threshold", "verified", "warnings"]
    DISTANCE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    VERIFIED_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    distance: float
    model: str
    threshold: float
    verified: bool
    warnings: _containers.RepeatedCompositeFieldContainer[_common_pb2.PhotoWarning]
    def __init__(self, verified: bool = ..., distance: _Optional[float] = ..., threshold: _Optional[float] = ..., model: _Optional[str] = ..., warnings: _Optional[_Iterable[_Union[_common_pb2.PhotoWarning, _Mapping]]] = ...) -> None: ...

class Decision(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class SearchMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
