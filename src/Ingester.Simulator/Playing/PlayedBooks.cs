using System.Text.Json;
using Ingester.Core.Books;
using Ingester.Core.Exchanges;
using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing;

/// <summary>The books of a recording at the time that is played, for clients that subscribe late.</summary>
/// <param name="profile">The facts of the exchange.</param>
internal sealed class PlayedBooks(ExchangeProfile profile)
{
    private readonly Dictionary<string, State> books = new(StringComparer.Ordinal);

    /// <summary>A snapshot was played.</summary>
    public void Load(string symbol, in DepthEvent snapshot)
    {
        var state = new State { LastId = snapshot.Range?.UpTo ?? 0, Micros = snapshot.Micros ?? 0 };
        try
        {
            state.Book.LoadSnapshot(snapshot.Bids, snapshot.Asks, snapshot.SnapshotLevels);
            state.Book.DepthLimit = profile.Book.MaintainedDepth(state.Book.Bids.Count, state.Book.Asks.Count);
            books[symbol] = state;
        }
        catch (JsonException)
        {
            books.Remove(symbol); // a number without an exact form
        }
    }

    /// <summary>A diff was played.</summary>
    public void Apply(string symbol, in DepthEvent diff)
    {
        if (!books.TryGetValue(symbol, out var state))
            return;
        try
        {
            state.Book.ApplyDiff(diff.Bids, diff.Asks);
            (state.LastId, state.Micros) = (diff.Range?.UpTo ?? 0, diff.Micros ?? state.Micros);
        }
        catch (JsonException)
        {
            books.Remove(symbol);
        }
    }

    /// <summary>The book of a stream; null before its first snapshot.</summary>
    public PlayedBook? Find(Subscription stream, ChannelTable channels) => books.TryGetValue(stream.Market.Symbol, out var state)
        ? new(stream, state.Book, state.LastId, state.Micros) { Profile = profile, Channels = channels }
        : null;

    private sealed class State
    {
        public OrderBook Book { get; } = new();

        public long LastId { get; set; }

        public long Micros { get; set; }
    }
}
