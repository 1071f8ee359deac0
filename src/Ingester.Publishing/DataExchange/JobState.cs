namespace Ingester.Publishing.DataExchange;

/// <summary>The state of a job.</summary>
internal enum JobState
{
    /// <summary>It was created and not started.</summary>
    Waiting,

    /// <summary>It runs.</summary>
    InProgress,

    /// <summary>It failed.</summary>
    Error,

    /// <summary>It succeeded.</summary>
    Completed,

    /// <summary>It was cancelled before it was started.</summary>
    Cancelled,

    /// <summary>The service gave it up.</summary>
    TimedOut,
}
