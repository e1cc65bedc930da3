"""Reads results of posture checks as SARIF 2.1.0, with models made from its schema."""

import json
import sys

from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as Log

with open(sys.argv[1]) as f:
    log = Log.model_validate(json.load(f))
run = log.runs[0]
if not run.results or not run.tool.driver.rules:
    sys.exit(sys.argv[1] + " holds no result or no rule")
print("SARIF", log.version.value, len(run.results), "results,", len(run.tool.driver.rules), "rules")
