using System.Collections.Concurrent;
using System.Text.Json;
using Ingester.Dashboard.Stores;

namespace Ingester.Dashboard.Recorders;

/// <summary>The markets of the recorders, read only while a viewer wants them, and at most once in <see cref="MaxAge"/> for all viewers together.</summary>
/// <param name="http">The client.</param>
/// <param name="recorders">The recorders' status pages.</param>
/// <param name="clock">The clock.</param>
internal sealed class MarketLists(HttpClient http, IReadOnlyList<Uri> recorders, TimeProvider clock)
{
    /// <summary>How long an answer is shared: writing 10,000 markets costs a recorder some milliseconds.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Answer> answers = new(StringComparer.Ordinal);

    /// <summary>Reads the markets of an exchange; of all exchanges if it is null.</summary>
    /// <exception cref="DashboardFault">No recorder is given, or none answers.</exception>
    public async Task<IReadOnlyList<LiveMarket>> ReadAsync(string? exchange, CancellationToken cancellation)
    {
        var answer = answers.AddOrUpdate(exchange ?? "", _ => Ask(exchange), (_, known) => known.IsFresh(clock) ? known : Ask(exchange));
        return await answer.Markets.Value.WaitAsync(cancellation);
    }

    private Answer Ask(string? exchange) => new(clock.GetTimestamp(), new(() => FetchAsync(exchange)));

    private async Task<IReadOnlyList<LiveMarket>> FetchAsync(string? exchange)
    {
        if (recorders.Count == 0)
            throw new DashboardFault("No recorder is given with --recorders: there are no live values.");
        var faults = new List<string>();
        foreach (var recorder in recorders)
            try
            {
                var path = exchange is null ? "/markets" : $"/markets?exchange={Uri.EscapeDataString(exchange)}";
                return await http.GetFromJsonAsync<List<LiveMarket>>(new Uri(recorder, path), CancellationToken.None) ?? [];
            }
            catch (Exception failure) when (failure is HttpRequestException or JsonException or OperationCanceledException)
            {
                faults.Add($"{recorder.Authority}: {failure.Message}");
            }

        throw new DashboardFault($"No recorder answers. {string.Join(' ', faults)}");
    }

    private sealed record Answer(long At, Lazy<Task<IReadOnlyList<LiveMarket>>> Markets)
    {
        public bool IsFresh(TimeProvider clock) => clock.GetElapsedTime(At) < MaxAge;
    }
}
