namespace Ingester.Storage.Writing;

/// <summary>How often one object has failed: each has waits of its own, so that one that is refused holds up no other.</summary>
internal sealed class Attempts
{
    /// <summary>How often it failed.</summary>
    public int Failures { get; private set; }

    /// <summary>When it failed first, a timestamp of the clock.</summary>
    public long FirstFailedAt { get; private set; }

    /// <summary>How much the store had taken in all when this object failed last.</summary>
    public long AnswersThen { get; private set; }

    /// <summary>How often the store refused it in a row, up to the last failure.</summary>
    public int Refusals { get; private set; }

    /// <summary>Counts a failure.</summary>
    public void Fail(long timestamp, long answers, bool permanent)
    {
        if (Failures++ == 0)
            FirstFailedAt = timestamp;
        Refusals = permanent ? Refusals + 1 : 0;
        AnswersThen = answers;
    }
}
