using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using Ingester.Candles;
using Ingester.Core.Exchanges;
using Ingester.Deriving.Candles;
using Ingester.Exchanges;
using Ingester.Recording.Configuration;
using Ingester.Recording.Limits;
using Ingester.Recording.Planning;
using Ingester.Recording.Rest;
using Ingester.Simulator;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Integration.Tests.Candles;

/// <summary>Fetches candles of a simulated exchange into a store in memory, in this process, with the same clock as the simulator.</summary>
internal sealed class CandleRig : IDisposable
{
    private readonly HttpClient http;
    private readonly ExchangeRateLimits limits;
    private readonly ExchangeContext context;
    private readonly RateLimitedRestClient rest;

    public CandleRig(ExchangeSimulator simulator, string exchange, TimeProvider clock)
    {
        context = new()
        {
            Exchange = ExchangeCatalog.Find(exchange)!,
            ExchangeOptions = new() { Rest = simulator.RestAddress(exchange).ToString() },
            Options = new(),
            Clock = clock,
            Seed = 1,
        };
        limits = context.NewRateLimits();
        http = RestClient.CreateClient(inner => new RequestLog(Requests) { InnerHandler = inner });
        rest = new(context, new(context, http, new(NullLogger<RestEvents>.Instance)), limits);
    }

    /// <summary>Path and query of each request, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public MemoryStore Store { get; init; } = new();

    /// <summary>Where objects are stored instead of in <see cref="Store"/>; null for there.</summary>
    public IObjectStore? Target { get; init; }

    public async Task<CandleReport> RunAsync(CandleSelection selection, CandleRequest request, LatestCandles? latest = null)
    {
        var markets = selection.Select(await new MarketDiscovery(context, rest).FetchAsync(default));
        return await new CandleCollector(context, rest, new(Target ?? Store, "", context.Clock), request) { Latest = latest }.RunAsync(markets, default);
    }

    public CandleRequest Request(params TimeSpan[] intervals) => new() { Endpoint = context.Exchange.Profile.Candles!, Intervals = intervals };

    /// <summary>The stored candles of a market, in the order of the keys.</summary>
    public IReadOnlyList<Candle> Read(string pair) =>
        [.. Store.Keys.Where(key => key.Contains($"/pair={pair}/", StringComparison.Ordinal)).SelectMany(key => Unpack(Store.Body(key)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .Select(line => CandleRow.Parse(Encoding.UTF8.GetBytes(line)))];

    public void Dispose()
    {
        limits.Dispose();
        http.Dispose();
    }

    private static string Unpack(byte[] body)
    {
        using var text = new StreamReader(new GZipStream(new MemoryStream(body), CompressionMode.Decompress));
        return text.ReadToEnd();
    }

    private sealed class RequestLog(ConcurrentQueue<string> requests) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            requests.Enqueue(request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
