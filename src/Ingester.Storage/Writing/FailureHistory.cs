namespace Ingester.Storage.Writing;

/// <summary>The failures of one object. Each object has its own retry delays, so that a rejected object does not delay others.</summary>
internal sealed class FailureHistory
{
    /// <summary>Number of failures.</summary>
    public int FailureCount { get; private set; }

    /// <summary>Time of the first failure, as a timestamp of the clock.</summary>
    public long FirstFailedAt { get; private set; }

    /// <summary>Number of successful requests to the store, of all objects, at the last failure of this object.</summary>
    public long SuccessesAtLastFailure { get; private set; }

    /// <summary>Number of consecutive refusals by the store, up to the last failure.</summary>
    public int ConsecutiveRefusals { get; private set; }

    /// <summary>Records a failure.</summary>
    public void RecordFailure(long timestamp, long answers, bool permanent)
    {
        if (FailureCount++ == 0)
            FirstFailedAt = timestamp;
        ConsecutiveRefusals = permanent ? ConsecutiveRefusals + 1 : 0;
        SuccessesAtLastFailure = answers;
    }
}
