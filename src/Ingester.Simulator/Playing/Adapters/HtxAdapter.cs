using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>HTX spot.</summary>
internal static class HtxAdapter
{
    /// <summary>The adapter.</summary>
    public static PlayerAdapter Create() => new()
    {
        Acknowledge = Acknowledge,
        MarketList = static (symbols, _) => $$"""{"status":"ok","data":[{{string.Join(',', symbols.Select(Entry))}}]}""",
    };

    /// <summary>The answer to a request, which names one topic.</summary>
    public static IEnumerable<string> Acknowledge(ClientRequest request)
    {
        var verb = request.IsSubscribe ? "sub" : "unsub";
        yield return $$"""{"id":{{request.Id}},"status":"ok","{{verb}}bed":"{{request.Find(verb)}}","ts":{{request.Micros / 1_000}}}""";
    }

    private static string Entry(ListedSymbol listed) =>
        $$"""{"symbol":"{{listed.Symbol}}","base-currency":"{{listed.Base.ToLowerInvariant()}}","quote-currency":"{{listed.Quote.ToLowerInvariant()}}","state":"online"}""";
}
