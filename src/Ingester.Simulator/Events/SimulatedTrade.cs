namespace Ingester.Simulator.Events;

/// <summary>One trade, in the units of the market; an aggregate trade names the first and the last trade that it contains.</summary>
internal readonly record struct SimulatedTrade(long Id, long Micros, long Price, long Size, bool TakerSells)
{
    /// <summary>The id of the first trade in it.</summary>
    public long FirstTradeId { get; init; } = Id;

    /// <summary>The id of the last trade in it.</summary>
    public long LastTradeId { get; init; } = Id;

    /// <summary>The sequence number over all messages of a market, on exchanges that have one.</summary>
    public long Sequence { get; init; }
}
