namespace Ingester.Simulator.DataExchange;

/// <summary>A fault and the requests that it applies to.</summary>
public sealed record DataExchangeFault
{
    /// <summary>The kind.</summary>
    public required DataExchangeFaultKind Kind { get; init; }

    /// <summary>Only this operation, such as <c>CreateJob</c>; null for all. Faults of jobs apply to <c>StartJob</c>.</summary>
    public string? Operation { get; init; }

    /// <summary>The error code of a job that fails.</summary>
    public string JobError { get; init; } = "INTERNAL_SERVER_EXCEPTION";

    /// <summary>Number of requests that the fault applies to.</summary>
    public int Count { get; init; } = int.MaxValue;

    /// <summary>True for a fault that a job has, and not a request.</summary>
    internal bool IsOfJobs => Kind is DataExchangeFaultKind.JobFails or DataExchangeFaultKind.JobTimesOut or DataExchangeFaultKind.JobNeverEnds or DataExchangeFaultKind.JobForgetsAsset;
}
