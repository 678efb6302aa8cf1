"""Desires are reported and decided about as shaders are."""

from services.api import reporting
from services.api.routes.desires.board import well_formed_id
from services.core.registry.reportable import SubjectKind

router = reporting.routes_of(SubjectKind.DESIRE, well_formed_id, prefix="/api/v1/desires", tag="desires")
