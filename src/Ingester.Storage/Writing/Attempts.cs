namespace Ingester.Storage.Writing;

/// <summary>The failures of one object. Each object has its own retry delays, so that a rejected object does not delay others.</summary>
internal sealed class Attempts
{
    /// <summary>Number of failures.</summary>
    public int Failures { get; private set; }

    /// <summary>Time of the first failure, as a timestamp of the clock.</summary>
    public long FirstFailedAt { get; private set; }

    /// <summary>Number of successful requests to the store, of all objects, at the last failure of this object.</summary>
    public long AnswersThen { get; private set; }

    /// <summary>Number of consecutive refusals by the store, up to the last failure.</summary>
    public int Refusals { get; private set; }

    /// <summary>Records a failure.</summary>
    public void Fail(long timestamp, long answers, bool permanent)
    {
        if (Failures++ == 0)
            FirstFailedAt = timestamp;
        Refusals = permanent ? Refusals + 1 : 0;
        AnswersThen = answers;
    }
}
