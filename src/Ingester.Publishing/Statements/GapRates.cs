namespace Ingester.Publishing.Statements;

/// <summary>Gaps and messages, before and after the recordings of all replicas are merged.</summary>
/// <param name="ReplicaMessages">Number of messages that the replicas recorded.</param>
/// <param name="ReplicaGaps">Number of gaps that the replicas reported.</param>
/// <param name="Messages">Number of messages after merging.</param>
/// <param name="Merged">Number of gaps that remain after merging.</param>
internal sealed record GapRates(long ReplicaMessages, long ReplicaGaps, long Messages, long Merged)
{
    private const int Decimals = 3;

    /// <summary>Gaps per million messages before merging; null without messages.</summary>
    public double? PerMillionBefore => PerMillion(ReplicaGaps, ReplicaMessages);

    /// <summary>Gaps per million messages after merging; null without messages.</summary>
    public double? PerMillionAfter => PerMillion(Merged, Messages);

    private static double? PerMillion(long gaps, long messages) => messages == 0 ? null : Math.Round(gaps * 1e6 / messages, Decimals);
}
