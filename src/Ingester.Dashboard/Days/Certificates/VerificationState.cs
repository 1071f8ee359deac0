namespace Ingester.Dashboard.Days.Certificates;

/// <summary>How far a certificate is verified.</summary>
internal sealed record VerificationState
{
    /// <summary>The state in one sentence.</summary>
    public required string Text { get; init; }

    /// <summary>True when everything that was checked holds; false when something is wrong; null when nothing was checked yet.</summary>
    public bool? Holds { get; init; }

    /// <summary>What is wrong, as sentences.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>True while files are checked.</summary>
    public bool IsRunning { get; init; }

    /// <summary>True when a verification can be started.</summary>
    public bool CanStart { get; init; }
}
