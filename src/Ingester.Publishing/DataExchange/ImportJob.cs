namespace Ingester.Publishing.DataExchange;

/// <summary>A job that imports objects of a bucket into a revision, with the names of the API.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">Its state.</param>
/// <param name="Errors">Why it failed; null or empty for every other state.</param>
internal sealed record ImportJob(string Id, JobState State, IReadOnlyList<JobError>? Errors)
{
    /// <summary>True if the state is final.</summary>
    public bool HasEnded => State is not (JobState.Waiting or JobState.InProgress);

    /// <summary>True if another job with the same objects may succeed.</summary>
    public bool MayBeRepeated => State == JobState.TimedOut || State == JobState.Error && Errors is { Count: > 0 } errors && errors.All(static error => error.Code == JobError.Internal);

    /// <summary>Why it failed, as a part of a sentence.</summary>
    public string Describe() => Errors is { Count: > 0 } errors ? string.Join("; ", errors.Select(static error => $"{error.Code}: {error.Message}")) : State.ToString();
}
