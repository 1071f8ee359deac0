using Ingester.Core.Sequencing;

namespace Ingester.Simulator.Model;

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

/// <summary>A price level; size zero means that the level is removed.</summary>
internal readonly record struct SimulatedLevel(long Price, long Size);

/// <summary>An updated level and its side.</summary>
internal readonly record struct LevelUpdate(bool Bid, long Price, long Size);

/// <summary>An event of one stream that is sent as one message: one or more trades, or one diff. Reused for each event.</summary>
internal sealed class SimulatedEvent
{
    /// <summary>The time that the message carries, microseconds UTC.</summary>
    public long Micros { get; set; }

    /// <summary>The sequence range of the message; null if the exchange has none.</summary>
    public SequenceRange? Range { get; set; }

    /// <summary>The first update id of a diff.</summary>
    public long FirstUpdate { get; set; }

    /// <summary>The trades, by id; empty for a diff.</summary>
    public List<SimulatedTrade> Trades { get; } = [];

    /// <summary>The updated levels, each price once; empty for trades.</summary>
    public List<LevelUpdate> LevelUpdates { get; } = [];

    /// <summary>Sets one or more trades.</summary>
    public void SetTrades(ReadOnlySpan<SimulatedTrade> trades)
    {
        Clear(trades[^1].Micros);
        Trades.AddRange(trades);
        Range = new(trades[0].Id - 1, trades[^1].Id);
    }

    /// <summary>Clears the event and sets its time.</summary>
    public void Clear(long micros)
    {
        Trades.Clear();
        LevelUpdates.Clear();
        (Micros, Range, FirstUpdate) = (micros, null, 0);
    }
}
