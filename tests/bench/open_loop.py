"""An open-loop load: requests leave on time, whether others were answered or not."""

import asyncio
import time

import aiohttp


async def _fire(session, url, request, planned, answers):
    body, headers = request
    async with session.post(url, data=body, headers=headers) as answer:
        await answer.read()
        answers.append((time.perf_counter() - planned, answer.status))


async def _run(url, requests, rate):
    answers, tasks = [], []
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        start = time.perf_counter() + 0.1
        for number, request in enumerate(requests):
            planned = start + number / rate
            await asyncio.sleep(max(0.0, planned - time.perf_counter()))
            call = _fire(session, url, request, planned, answers)
            tasks.append(asyncio.create_task(call))
        await asyncio.gather(*tasks)
    return answers


def fire(url, requests, rate):
    """Post some requests at a fixed rate.

    :param requests: list of (body bytes, headers). :param rate: requests a second.
    :return: list of (seconds from the planned moment to the whole answer, HTTP status).
    """
    return asyncio.run(_run(url, requests, rate))
