"""MiniStack, without a wait of its own: between two polls of an event source that found nothing. It is a private name:
where another version lacks it, nothing is changed."""

import ministack.services.lambda_svc as functions
from ministack.app import main

if hasattr(functions, "_ESM_IDLE_WAKE_GAP_SECONDS"):
    functions._ESM_IDLE_WAKE_GAP_SECONDS = 0.002
main()
