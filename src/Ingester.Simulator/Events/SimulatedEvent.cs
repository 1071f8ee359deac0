using Ingester.Core.Sequencing;

namespace Ingester.Simulator.Events;

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
