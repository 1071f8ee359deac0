using Ingester.Configuration;
using Ingester.Core.Exchanges;
using Ingester.Core.Time;
using Ingester.Recording.Configuration;
using Ingester.Recording.Limits;
using Ingester.Recording.Rest;
using Ingester.Telemetry.Logs;

namespace Ingester.Candles;

/// <summary>The REST client of one exchange, with its request limit.</summary>
internal sealed class CandleConnection : IDisposable
{
    private readonly HttpClient http = RestClient.CreateClient();
    private readonly ILoggerFactory loggers = Logging.CreateErrorsOnly();
    private readonly ExchangeRateLimits limits;

    /// <summary>Creates the client; nothing is requested.</summary>
    public CandleConnection(IExchange exchange, Settings settings)
    {
        Context = new()
        {
            Exchange = exchange,
            ExchangeOptions = settings.Exchanges.GetValueOrDefault(exchange.Profile.Name) ?? new(),
            Options = settings.Connections,
            Clock = SimulatedClock.Create(settings.Clock),
            Seed = 1,
        };
        limits = Context.NewRateLimits();
        Rest = new(Context, new(Context, http, new(loggers.CreateLogger<RestEvents>())), limits);
    }

    /// <summary>The exchange and its options.</summary>
    public ExchangeContext Context { get; }

    /// <summary>Sends requests.</summary>
    public RateLimitedRestClient Rest { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        limits.Dispose();
        http.Dispose();
        loggers.Dispose();
    }
}
