using System.Text;

namespace Ingester.Benchmarks.EndToEnd;

/// <summary>The REST API of the simulated exchange: the market list, and snapshots with one level per side.</summary>
internal sealed class MarketListServer(WebApplication app) : IAsyncDisposable
{
    private static readonly string[] Quotes = ["USDT", "FDUSD", "BTC", "EUR"];

    /// <summary>Its base address.</summary>
    public string Address => app.Urls.Single();

    /// <summary>Starts the server for the markets of a sender.</summary>
    public static async Task<MarketListServer> StartAsync(IEnumerable<string> symbols)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, InProcessLifetime>();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var list = List(symbols);
        app.MapGet("/api/v3/exchangeInfo", () => Results.Text(list, "application/json"));
        app.MapGet("/api/v3/depth", () => Results.Text("""{"lastUpdateId":1,"bids":[["1.00","1.00"]],"asks":[["2.00","1.00"]]}""", "application/json"));
        await app.StartAsync();
        return new(app);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static string List(IEnumerable<string> symbols)
    {
        var text = new StringBuilder("""{"symbols":[""");
        foreach (var symbol in symbols)
        {
            var quote = Quotes.First(quote => symbol.EndsWith(quote, StringComparison.Ordinal));
            if (text[^1] == '}')
                text.Append(',');
            text.Append($$"""{"symbol":"{{symbol}}","status":"TRADING","baseAsset":"{{symbol[..^quote.Length]}}","quoteAsset":"{{quote}}"}""");
        }

        return text.Append("]}").ToString();
    }
}
