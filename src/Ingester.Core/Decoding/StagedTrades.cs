using System.Runtime.InteropServices;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Decoding;

/// <summary>
/// The trades of one frame, held until the whole frame is read: nothing is emitted before the last byte is checked, and the trades of a market are emitted in the
/// order of their ids, whatever their order in the frame.
/// </summary>
/// <param name="priceScale">Number of decimal places of the unit of prices that are whole numbers of small units, see <see cref="ScaledNumber"/>. Default: prices are decimal.</param>
/// <param name="sizeScale">The same of sizes.</param>
internal sealed class StagedTrades(int priceScale = 0, int sizeScale = 0)
{
    private readonly List<Trade> trades = [];
    private readonly SymbolIndex symbols = new();
    private byte[] price = [];
    private byte[] size = [];

    /// <summary>Discards the trades of the previous frame.</summary>
    public void Clear()
    {
        trades.Clear();
        symbols.Clear();
    }

    /// <summary>Adds a trade.</summary>
    /// <param name="frame">The frame that the texts of <paramref name="values"/> point into.</param>
    /// <param name="values">The trade.</param>
    public void Add(ReadOnlySpan<byte> frame, in FieldValues values)
    {
        var symbol = Slice.Of(frame, values.Symbol);
        trades.Add(new()
        {
            Symbol = symbol,
            Id = Slice.Of(frame, values.Id),
            Price = Slice.Of(frame, values.Price),
            Size = Slice.Of(frame, values.Size),
            Range = values.TradeRange,
            Type = Slice.Of(frame, values.Type),
            Micros = values.Micros.GetValueOrDefault(),
            TakerSells = values.TakerSells.GetValueOrDefault(),
            SymbolIndex = symbols.IndexOf(frame, symbol),
            Position = trades.Count,
        });
    }

    /// <summary>Emits the trades.</summary>
    /// <param name="frame">The same frame.</param>
    /// <param name="sink">Receives them.</param>
    /// <param name="isReplayed">True when the exchange replays them after a subscription.</param>
    /// <param name="order">Their order in the frame, for trades whose ids do not order them.</param>
    /// <param name="symbol">The symbol of all trades, where the frame does not name it.</param>
    public void Emit(
        ReadOnlySpan<byte> frame, IEventSink sink, bool isReplayed = false, TradeOrder order = TradeOrder.OldestFirst, ReadOnlySpan<byte> symbol = default)
    {
        var list = CollectionsMarshal.AsSpan(trades);
        list.Sort(order == TradeOrder.NewestFirst ? CompareNewestFirst : Compare);
        foreach (ref readonly var trade in list)
            sink.OnTrade(new()
            {
                Symbol = symbol.IsEmpty ? trade.Symbol.Of(frame) : symbol,
                Id = trade.Id.Of(frame),
                Range = trade.Range,
                Micros = trade.Micros,
                Price = Scale(trade.Price.Of(frame), priceScale, ref price),
                Size = Scale(trade.Size.Of(frame), sizeScale, ref size),
                Type = trade.Type.Of(frame),
                TakerSells = trade.TakerSells,
                IsReplayed = isReplayed,
            });
    }

    private static ReadOnlySpan<byte> Scale(ReadOnlySpan<byte> digits, int scale, ref byte[] buffer)
    {
        if (scale == 0)
            return digits;
        var length = ScaledNumber.LengthOf(digits, scale);
        if (buffer.Length < length)
            buffer = new byte[length];
        ScaledNumber.Write(digits, scale, buffer);
        return buffer.AsSpan(0, length);
    }

    /// <summary>Orders by symbol, then by id, then by position: trades with equal ids, or without, keep their order.</summary>
    private static int Compare(Trade one, Trade other) =>
        (one.SymbolIndex, one.Range?.UpTo ?? 0, one.Position).CompareTo((other.SymbolIndex, other.Range?.UpTo ?? 0, other.Position));

    private static int CompareNewestFirst(Trade one, Trade other) =>
        (one.SymbolIndex, one.Range?.UpTo ?? 0, other.Position).CompareTo((other.SymbolIndex, other.Range?.UpTo ?? 0, one.Position));

    private struct Trade
    {
        public Slice Symbol;
        public Slice Id;
        public Slice Price;
        public Slice Size;
        public SequenceRange? Range;
        public Slice Type;
        public long Micros;
        public bool TakerSells;
        public int SymbolIndex;
        public int Position;
    }
}
