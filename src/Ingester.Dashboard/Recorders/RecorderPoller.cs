using Ingester.Core.Status;

namespace Ingester.Dashboard.Recorders;

/// <summary>Asks every recorder once a second what changed, whatever the number of viewers.</summary>
/// <param name="http">The client; its timeout limits each request.</param>
/// <param name="recorders">The recorders' status pages.</param>
/// <param name="clock">The clock.</param>
internal sealed class RecorderPoller(HttpClient http, IReadOnlyList<Uri> recorders, TimeProvider clock) : BackgroundService, IRecorders
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly StatusClient[] clients = [.. recorders.Select(address => new StatusClient(http, address, clock))];
    private readonly MarketLists markets = new(http, recorders, clock);
    private volatile IReadOnlyList<RecorderView> views = [.. recorders.Select(address => new RecorderView(address, Status: null, AnsweredAt: null, Fault: null))];

    /// <inheritdoc/>
    public event Action? Changed;

    /// <inheritdoc/>
    public IReadOnlyList<RecorderView> Views => views;

    /// <inheritdoc/>
    public Task<IReadOnlyList<LiveMarket>> ReadMarketsAsync(string? exchange, CancellationToken cancellation) => markets.ReadAsync(exchange, cancellation);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(Enumerable.Range(0, clients.Length).Select(index => PollAsync(index, stoppingToken)));

    /// <summary>Polls one recorder: a slow one does not delay the others.</summary>
    private async Task PollAsync(int index, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            do
            {
                var view = await clients[index].ReadAsync(stop);
                lock (clients)
                    views = [.. views.Select((known, position) => position == index ? view : known)];
                Changed?.Invoke();
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The dashboard stops.
        }
    }
}
