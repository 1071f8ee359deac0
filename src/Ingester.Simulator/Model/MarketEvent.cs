using Ingester.Core.Sequencing;

namespace Ingester.Simulator.Model;

/// <summary>One trade, in units of the market; a merged trade names the first and last single trade that it holds.</summary>
internal readonly record struct Trade(long Id, long Micros, long Price, long Size, bool TakerSells)
{
    /// <summary>The first single trade in it.</summary>
    public long First { get; init; } = Id;

    /// <summary>The last single trade in it.</summary>
    public long Last { get; init; } = Id;

    /// <summary>The number that counts all of a market's messages, where the exchange has one.</summary>
    public long Sequence { get; init; }
}

/// <summary>A price with what stands there; no size means that the level goes.</summary>
internal readonly record struct Level(long Price, long Size);

/// <summary>A level that changed, and its side.</summary>
internal readonly record struct Edit(bool Bid, long Price, long Size);

/// <summary>What happened in one stream and leaves as one message: one or more trades, or one change of the book. Reused for each event.</summary>
internal sealed class MarketEvent
{
    /// <summary>The time that the message carries, microseconds UTC.</summary>
    public long Micros { get; set; }

    /// <summary>The sequence that the message covers; null where the exchange has none.</summary>
    public SequenceRange? Range { get; set; }

    /// <summary>The first update id of a change of the book.</summary>
    public long FirstUpdate { get; set; }

    /// <summary>The trades, by id; empty for a change of the book.</summary>
    public List<Trade> Trades { get; } = [];

    /// <summary>The levels that changed, each price once; empty for trades.</summary>
    public List<Edit> Edits { get; } = [];

    /// <summary>Makes it the message of one or more trades.</summary>
    public void SetTrades(ReadOnlySpan<Trade> trades)
    {
        Clear(trades[^1].Micros);
        Trades.AddRange(trades);
        Range = new(trades[0].Id - 1, trades[^1].Id);
    }

    /// <summary>Empties it.</summary>
    public void Clear(long micros)
    {
        Trades.Clear();
        Edits.Clear();
        (Micros, Range, FirstUpdate) = (micros, null, 0);
    }
}
