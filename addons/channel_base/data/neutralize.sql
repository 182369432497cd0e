-- A copy never touches a live shop: no credentials, no channel at work, no job waiting.
UPDATE channel_channel SET run_state = 'paused' WHERE run_state = 'connected';
DELETE FROM channel_secret;
DELETE FROM channel_token;
UPDATE queue_job
   SET state = 'cancelled', date_cancelled = now() AT TIME ZONE 'UTC'
 WHERE state IN ('wait_dependencies', 'pending', 'enqueued', 'started')
   AND channel LIKE 'root.channel_hub%';
