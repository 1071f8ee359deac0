using System.Collections.Concurrent;
using Ingester.Exchanges;
using Ingester.Testing;
using Ingester.Testing.Playing;

namespace Ingester.Integration.Tests.Playing;

/// <summary>
/// Records the conversation of every exchange. A conversation is mostly waiting, therefore several run at the same time, in the order of
/// the catalog; each test awaits its own.
/// </summary>
public sealed class PlayedConversations : IAsyncDisposable
{
    private const double Rate = 30;
    private const int AtOnce = 6;

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 40, TimeSpan.Zero);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(155); // until 12:03:15: the minutes 12:01 and 12:02 are complete

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-conversations-").FullName;
    private readonly SemaphoreSlim places = new(AtOnce);
    private readonly ConcurrentDictionary<string, Lazy<Task<PlayedConversation>>> runs = new(StringComparer.Ordinal);

    /// <summary>The conversation of an exchange, when it has been recorded. The first call starts those of all exchanges.</summary>
    internal Task<PlayedConversation> FindAsync(string name)
    {
        foreach (var exchange in ExchangeCatalog.All)
            _ = runs.GetOrAdd(exchange.Profile.Name, static (key, all) => new(() => all.RecordAsync(key)), this).Value;
        return runs[name].Value;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var run in runs.Values)
        {
            await ((Task)run.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (run.Value.IsCompletedSuccessfully)
                await run.Value.Result.Run.DisposeAsync();
        }

        places.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task<PlayedConversation> RecordAsync(string name)
    {
        await places.WaitAsync();
        try
        {
            var exchange = ExchangeCatalog.Find(name)!;
            var own = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
            var fixture = Path.Combine(Corpus.Repository, "tests", "Ingester.Tests", "Exchanges", "fixtures", name, "conversation.tsv");
            var path = Conversation.Write(exchange, fixture, own, Start, Length);
            var run = await PlayedRun.RunAsync(exchange, path, Rate);
            return new(run, await PlayedRows.ReadAsync(exchange, path, CancellationToken.None));
        }
        finally
        {
            places.Release();
        }
    }
}

/// <summary>A recorded conversation and the rows that were sent.</summary>
/// <param name="Run">What the replicas recorded.</param>
/// <param name="Sent">The rows.</param>
internal sealed record PlayedConversation(PlayedRun Run, PlayedRows Sent);
