using System.Globalization;
using System.Text;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Exchanges;

namespace Ingester.Tests.Core.Decoding;

public sealed class SymbolIndexTests
{
    /// <summary>So many trades of different markets in one frame that a comparison of each with all others would take minutes.</summary>
    private const int Many = 300_000;

    [Fact]
    public void Trades_of_many_markets_in_one_frame_leave_by_market_and_id()
    {
        var data = string.Join(',', Enumerable.Range(0, Many).Select(index => Trade($"M{index}/USD", 2)).Concat(Enumerable.Range(0, 10).Select(index => Trade($"M{index}/USD", 1))));
        var sink = new TradeNames();
        ExchangeCatalog.Find("kraken")!.CreateDecoder().Decode(Encoding.UTF8.GetBytes($$"""{"channel":"trade","type":"update","data":[{{data}}]}"""), sink);
        Assert.Equal(Many + 10, sink.Names.Count);
        Assert.Equal(["M0/USD 1", "M0/USD 2", "M1/USD 1", "M1/USD 2"], sink.Names.Take(4));
        Assert.Equal(["M9/USD 1", "M9/USD 2", "M10/USD 2", "M11/USD 2"], sink.Names.Skip(18).Take(4));
        Assert.Equal($"M{Many - 1}/USD 2", sink.Names[^1]);
    }

    [Fact]
    public void Symbols_are_numbered_from_zero_in_each_frame()
    {
        var groups = new SymbolIndex();
        for (var frame = 0; frame < 3; frame++)
        {
            groups.Clear();
            var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(frame, 100).Select(number => number.ToString("D4", CultureInfo.InvariantCulture))));
            for (var round = 0; round < 2; round++)
                for (var number = 0; number < 100; number++)
                    Assert.Equal(number, groups.IndexOf(text, new(4 * number, 4)));
        }
    }

    private static string Trade(string symbol, int id) =>
        $$"""{"symbol":"{{symbol}}","side":"buy","price":1.5,"qty":2,"ord_type":"limit","trade_id":{{id}},"timestamp":"2025-10-25T00:00:00.000000Z"}""";

    private sealed class TradeNames : IEventSink
    {
        public List<string> Names { get; } = [];

        public void OnTrade(in TradeEvent trade) => Names.Add($"{Encoding.UTF8.GetString(trade.Symbol)} {Encoding.UTF8.GetString(trade.Id)}");

        public void OnDiff(in DepthEvent diff) => throw new NotSupportedException();

        public void OnSnapshot(in DepthEvent book) => throw new NotSupportedException();

        public void OnNotice(in Notice notice) => throw new NotSupportedException();
    }
}
