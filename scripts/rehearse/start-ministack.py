"""MiniStack, in two points more like AWS."""

import asyncio

import ministack.app
import ministack.services.lambda_svc as functions

# No wait of its own between two polls of an event source that found nothing. It is a private name: where another version
# lacks it, nothing is changed.
if hasattr(functions, "_ESM_IDLE_WAKE_GAP_SECONDS"):
    functions._ESM_IDLE_WAKE_GAP_SECONDS = 0.002

emulate = ministack.app.app


async def app(scope, receive, send):
    """A long poll ends when its client hangs up. It would wait on, and take a message that nobody gets."""
    headers = dict(scope.get("headers", []))
    if headers.get(b"x-amz-target") != b"AmazonSQS.ReceiveMessage":
        return await emulate(scope, receive, send)
    body = [await receive()]
    while body[-1].get("more_body"):
        body.append(await receive())

    async def replay():
        return body.pop(0) if body else await asyncio.Future()

    answering = asyncio.ensure_future(emulate(scope, replay, send))
    hung_up = asyncio.ensure_future(receive())
    await asyncio.wait({answering, hung_up}, return_when=asyncio.FIRST_COMPLETED)
    hung_up.cancel()
    answering.cancel()  # does nothing where it is done
    await asyncio.wait({answering, hung_up})
    if not answering.cancelled():
        answering.result()


ministack.app.app = app
ministack.app.main()
