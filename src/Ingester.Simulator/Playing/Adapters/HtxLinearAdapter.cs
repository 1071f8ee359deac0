using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>HTX linear contracts. The messages of a book are numbered per connection.</summary>
internal static partial class HtxLinearAdapter
{
    private const string Level = "[{0},{1}]";

    /// <summary>The adapter.</summary>
    public static PlayerAdapter Create() => new()
    {
        Acknowledge = HtxAdapter.Acknowledge,
        MarketList = static (symbols, _) => $$"""{"status":"ok","data":[{{string.Join(',', symbols.Select(Entry))}}]}""",
        Snapshot = static book =>
        {
            var (topic, sides) = ($"market.{book.Symbol}.{book.Channel}", $"\"asks\":[{book.Asks(Level)}],\"bids\":[{book.Bids(Level)}]");
            return $$$"""{"ch":"{{{topic}}}","tick":{{{{sides}}},"ch":"{{{topic}}}","event":"snapshot","ts":{{{book.Millis}}},"version":0},"ts":{{{book.Millis}}}}""";
        },
        Number = static (message, counters) => Encoding.UTF8.GetString(message.Span) is var text && Topic().Match(text) is { Success: true } topic
            ? Encoding.UTF8.GetBytes(Version().Replace(text, string.Create(CultureInfo.InvariantCulture, $"${{name}}{counters.Next(topic.Groups["symbol"].Value)}"), 1))
            : message,
    };

    private static string Entry(ListedSymbol listed) =>
        $$"""{"contract_code":"{{listed.Symbol}}","contract_status":1,"delivery_time":"","trade_partition":"{{listed.Quote}}"}""";

    [GeneratedRegex("\"ch\"\\s*:\\s*\"market\\.(?<symbol>[^.\"]+)\\.depth\\.size_")]
    private static partial Regex Topic();

    [GeneratedRegex("(?<name>\"version\"\\s*:\\s*)\\d+")]
    private static partial Regex Version();
}
