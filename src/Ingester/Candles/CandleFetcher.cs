using System.Runtime.CompilerServices;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Deriving.Candles;
using Ingester.Errors;
using Ingester.Recording.Configuration;
using Ingester.Recording.Rest;

namespace Ingester.Candles;

/// <summary>Fetches candles page by page, within the request limit of the exchange.</summary>
/// <param name="context">The exchange and its options.</param>
/// <param name="rest">Sends the requests.</param>
/// <param name="endpoint">The endpoint.</param>
internal sealed class CandleFetcher(ExchangeContext context, RateLimitedRestClient rest, CandleEndpoint endpoint)
{
    /// <summary>Number of retries of a request that may succeed later.</summary>
    private const int Retries = 3;

    /// <summary>Maximum wait that an exchange may request. A longer one is a ban: the run ends, and the next run fetches the rest.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(5);

    private long weight;
    private long requests;

    /// <summary>Request weight of all requests so far.</summary>
    public long Weight => Interlocked.Read(ref weight);

    /// <summary>Number of requests so far.</summary>
    public long Requests => Interlocked.Read(ref requests);

    /// <summary>The candles of a span that the exchange returns, in the order of their starts. Candles of a page are passed on before the next page is requested.</summary>
    /// <exception cref="RestException">A page could not be fetched, even after retries.</exception>
    /// <exception cref="JsonException">A page is not in the documented format of the exchange.</exception>
    public async IAsyncEnumerable<Candle> FetchAsync(Market market, TimeSpan interval, CandleSpan span, [EnumeratorCancellation] CancellationToken cancel)
    {
        var length = Micros.From(interval);
        for (var at = span.FirstMicros; at <= span.LastMicros;)
        {
            var count = CandlePages.CountFor(endpoint, (span.LastMicros - at) / length + 1);
            var page = Sort(await FetchPageAsync(new(market, interval, at, count), cancel), new(at, span.LastMicros), length);
            foreach (var candle in page)
                yield return candle;
            if (page.Count == 0 && endpoint.SkipsToFirst)
                yield break;
            at = Math.Max(at + count * length, page is [.., var last] ? last.StartMicros + length : 0);
        }
    }

    /// <summary>The candles of the span, each once, in the order of their starts.</summary>
    private static List<Candle> Sort(IReadOnlyList<Candle> page, CandleSpan span, long length)
    {
        var candles = page.Where(candle => span.Contains(candle.StartMicros)).DistinctBy(candle => candle.StartMicros).OrderBy(candle => candle.StartMicros).ToList();
        return candles.Find(candle => candle.StartMicros % length != 0) is { } shifted
            ? throw new JsonException($"A candle starts at {Micros.ToDateTime(shifted.StartMicros):u}, which is not a multiple of its length.")
            : candles;
    }

    private async Task<IReadOnlyList<Candle>> FetchPageAsync(CandleQuery query, CancellationToken cancel)
    {
        var call = endpoint.CallFor(query);
        var request = new RestRequest(call.Uri, endpoint.WeightOf(query.Count), Body: call.Body);
        var backoff = context.NewBackoff(HashCode.Combine(query.Market.Symbol, query.FromMicros));
        for (var left = Retries; ; left--)
        {
            try
            {
                Interlocked.Add(ref weight, request.Weight);
                Interlocked.Increment(ref requests);
                return await rest.GetAsync(request, body => endpoint.Parse(body), cancel);
            }
            catch (RestException banned) when (banned.RetryAfter > MaxWait)
            {
                throw new CommandException($"{banned.Message} It asks to wait for {banned.RetryAfter}.", banned) { ExitCode = ExitCodes.Failed };
            }
            catch (RestException failure) when (failure.IsTransient && left > 0)
            {
                if (failure.RetryAfter is null) // otherwise the rate limit waits
                    await Task.Delay(backoff.NextDelay(), context.Clock, cancel);
            }
        }
    }
}
