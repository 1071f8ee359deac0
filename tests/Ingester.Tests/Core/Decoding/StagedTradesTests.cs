using System.Text;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;

namespace Ingester.Tests.Core.Decoding;

public sealed class StagedTradesTests
{
    private static readonly FieldMap Map = new() { { "s", Field.Symbol, false }, { "t", Field.Sequence, false }, { "i", Field.Id, false }, { "p", Field.Price }, { "q", Field.SignedSize }, { "x", Field.TradeType, false } };

    private readonly StagedTrades trades = new();

    [Fact]
    public void Trades_leave_by_market_in_order_of_first_appearance_and_then_by_id() =>
        Assert.Equal(["B 2", "B 5", "A 1", "A 3"], Emit("""[{"s":"B","t":5},{"s":"A","t":3},{"s":"B","t":2},{"s":"A","t":1}]"""));

    [Fact]
    public void Equal_ids_keep_their_order_where_the_oldest_is_first()
    {
        Assert.Equal(["A 1 a", "A 7 b", "A 7 c"], Emit("""[{"s":"A","t":7,"x":"b"},{"s":"A","t":7,"x":"c"},{"s":"A","t":1,"x":"a"}]"""));
        Assert.Equal(["A i1", "A i0", "A i2"], Emit("""[{"s":"A","i":"i1"},{"s":"A","i":"i0"},{"s":"A","i":"i2"}]"""));
    }

    [Fact]
    public void Equal_ids_and_trades_without_ids_are_reversed_where_the_newest_is_first()
    {
        Assert.Equal(["A 1 c", "A 7 b", "A 7 a"], Emit("""[{"s":"A","t":7,"x":"a"},{"s":"A","t":7,"x":"b"},{"s":"A","t":1,"x":"c"}]""", TradeOrder.NewestFirst));
        Assert.Equal(["B i3", "B i0", "A i1"], Emit("""[{"s":"B","i":"i0"},{"s":"A","i":"i1"},{"s":"B","i":"i3"}]""", TradeOrder.NewestFirst));
    }

    [Fact]
    public void Order_of_many_equal_ids_is_stable()
    {
        var frame = $"[{string.Join(',', Enumerable.Range(0, 500).Select(index => $$"""{"s":"A","t":7,"x":"{{index}}"}"""))}]";
        Assert.Equal(Enumerable.Range(0, 500).Select(index => $"A 7 {index}"), Emit(frame));
        Assert.Equal(Enumerable.Range(0, 500).Reverse().Select(index => $"A 7 {index}"), Emit(frame, TradeOrder.NewestFirst));
    }

    [Fact]
    public void Frame_without_symbols_has_that_of_its_channel_and_replayed_trades_are_marked()
    {
        var sink = new Sink();
        var frame = Stage("""[{"t":2},{"t":1}]""");
        trades.Emit(frame, sink, isReplayed: true, symbol: "tBTCUSD"u8);
        Assert.Equal(["tBTCUSD 1", "tBTCUSD 2"], sink.Trades);
        Assert.All(sink.Replayed, Assert.True);
    }

    [Fact]
    public void Trades_of_the_frame_before_are_gone_after_clearing()
    {
        Emit("""[{"s":"A","t":1}]""");
        Assert.Equal(["B 2"], Emit("""[{"s":"B","t":2}]"""));
    }

    [Fact]
    public void Values_of_a_trade_are_those_of_the_frame()
    {
        var sink = new Sink();
        trades.Emit(Stage("""[{"s":"A","t":"09","x":"LIQ"}]"""), sink);
        Assert.Equal("A 09 LIQ (8, 9] 1.50 2 sells", Assert.Single(sink.Whole));
    }

    [Fact]
    public void Whole_numbers_of_small_units_get_their_point()
    {
        var (staged, sink) = (new StagedTrades(priceScale: 8, sizeScale: 3), new Sink());
        var frame = "[123456789012,5,7,1000]"u8.ToArray();
        foreach (var (price, size) in new[] { (1..13, 14..15), (16..17, 18..22) })
            staged.Add(frame, new() { Price = frame.AsSpan(price), Size = frame.AsSpan(size) });
        staged.Emit(frame, sink, symbol: "A"u8);
        Assert.Equal(["A  1234.56789012 0.005 buys", "A  0.00000007 1.000 buys"], sink.Whole);
    }

    private List<string> Emit(string text, TradeOrder order = TradeOrder.OldestFirst)
    {
        var sink = new Sink();
        trades.Emit(Stage(text), sink, order: order);
        Assert.DoesNotContain(true, sink.Replayed);
        return sink.Trades;
    }

    /// <summary>Stages the trades of a frame; each gets a price and a size.</summary>
    private byte[] Stage(string text)
    {
        trades.Clear();
        var frame = Encoding.UTF8.GetBytes(text.Replace("}", ""","p":"1.50","q":-2}""", StringComparison.Ordinal));
        var json = new FrameReader(frame);
        json.Array();
        while (json.Element())
        {
            var values = default(FieldValues);
            Map.Read(ref json, new(), ref values);
            trades.Add(frame, values);
        }

        return frame;
    }

    private sealed class Sink : IEventSink
    {
        public List<string> Trades { get; } = [];

        public List<string> Whole { get; } = [];

        public List<bool> Replayed { get; } = [];

        public void OnTrade(in TradeEvent trade)
        {
            Trades.Add($"{Text(trade.Symbol)} {Text(trade.Id)} {Text(trade.Type)}".TrimEnd());
            Whole.Add($"{Trades[^1]} {trade.Range} {Text(trade.Price)} {Text(trade.Size)} {(trade.TakerSells ? "sells" : "buys")}");
            Replayed.Add(trade.IsReplayed);
        }

        public void OnDiff(in DepthEvent diff) => throw new JsonException("There is no diff.");

        public void OnSnapshot(in DepthEvent book) => throw new JsonException("There is no snapshot.");

        public void OnNotice(in Notice notice) => throw new JsonException("There is no notice.");

        private static string Text(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text);
    }
}
