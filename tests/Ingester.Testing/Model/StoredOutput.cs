using Ingester.Core.Markets;

namespace Ingester.Testing.Model;

/// <summary>What one replica stored: segments, gaps and coverage.</summary>
internal sealed class StoredOutput(Truth truth, ReplicaRun run)
{
    /// <summary>What the exchange sent.</summary>
    public Truth Truth => truth;

    /// <summary>The replica.</summary>
    public ReplicaRun Run => run;

    /// <summary>The segments.</summary>
    public IReadOnlyList<StoredSegment> Segments { get; } = [.. run.Output.Objects.Select(stored => StoredSegment.Read(truth, stored)).OfType<StoredSegment>()];

    /// <summary>The gap rows.</summary>
    public IReadOnlyList<GapLine> Gaps { get; } = [.. run.Output.Journal.Where(line => line.Dataset == Dataset.Gaps).Select(line => GapLine.Read(truth, line))];

    /// <summary>The coverage rows.</summary>
    public IReadOnlyList<CoverageRow> Coverage { get; } = [.. run.Output.Journal.Where(line => line.Dataset == Dataset.Coverage).Select(line => CoverageRow.Read(truth, line))];
}
