using System.Threading.Channels;
using Ingester.PaperJournal.Blocks;
using Ingester.Postgres.Connections;
using Ingester.Storage.Stores;
using Microsoft.Extensions.Logging;

namespace Ingester.Paper.Databases;

/// <summary>Loads the journal of a run into PostgreSQL while it is written. A database that fails does not stop the run: what it lacks is loaded later, from the store.</summary>
internal sealed partial class JournalSink : IAsyncDisposable
{
    private const int LastAttempts = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly Channel<int> written = Channel.CreateBounded<int>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly CancellationTokenSource closing = new();
    private readonly JournalDatabase database;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly Task loading;
    private int end;
    private string? failure; // of the last attempt

    /// <summary>Starts to load.</summary>
    /// <param name="database">The database.</param>
    /// <param name="clock">The clock of pauses.</param>
    /// <param name="log">The log.</param>
    public JournalSink(JournalDatabase database, TimeProvider clock, ILogger log)
    {
        (this.database, this.clock, this.log) = (database, clock, log);
        loading = Task.Run(LoadAsync);
    }

    /// <summary>The store has this number of blocks.</summary>
    public void OnWritten(int blocks) => written.Writer.TryWrite(blocks);

    /// <summary>Loads what is still missing.</summary>
    /// <returns>Null if the database has all blocks; otherwise what it lacks and why, as a sentence.</returns>
    public async Task<string?> CompleteAsync()
    {
        written.Writer.TryComplete();
        await loading;
        for (var attempt = 1; failure is not null && attempt < LastAttempts; attempt++)
        {
            await Task.Delay(Pause, clock);
            await LoadAsync(end);
        }

        return failure is null ? null : $"The database lacks the blocks of the journal from number {database.Blocks} on: {failure} Load them with ingester-paper load.";
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        written.Writer.TryComplete();
        await closing.CancelAsync();
        await loading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        closing.Dispose();
    }

    private async Task LoadAsync()
    {
        await foreach (var blocks in written.Reader.ReadAllAsync(closing.Token))
            await LoadAsync(blocks);
    }

    private async Task LoadAsync(int blocks)
    {
        end = blocks;
        try
        {
            await database.LoadAsync(blocks, closing.Token);
            failure = null;
        }
        catch (Exception failed) when (failed is DatabaseException or JournalException or StoreException)
        {
            if (failure != failed.Message)
                LogFailure(log, failed.Message);
            failure = failed.Message;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The journal is not loaded into the database: {Reason} It is tried again after the next bar.")]
    private static partial void LogFailure(ILogger log, string reason);
}
