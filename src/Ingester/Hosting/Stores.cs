using Ingester.Core.Storage;

namespace Ingester.Hosting;

/// <summary>Opens stores, and finds out at once whether they can be used.</summary>
internal static partial class Stores
{
    private const string Probe = "coverage/probe"; // no object has this name: the answer shows whether one may ask, and whether there is a bucket

    /// <summary>A store that does not answer within this time is taken all the same: market data do not wait for it.</summary>
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(10);

    /// <summary>Opens the store that a text names.</summary>
    /// <exception cref="CommandException">The text names no store, or it refuses; the message says why.</exception>
    public static Task<IObjectStore> OpenAsync(string address, CancellationToken cancel)
    {
        try
        {
            return OpenAsync(StoreAddress.Parse(address), TimeProvider.System, cancel);
        }
        catch (FormatException sentence)
        {
            throw new CommandException(sentence.Message, sentence);
        }
    }

    /// <summary>Opens a store that is to be read: a directory must be there.</summary>
    /// <exception cref="CommandException">There is none, or it refuses; the message says why.</exception>
    public static async Task<IObjectStore> OpenExistingAsync(StoreOptions options, CancellationToken cancel)
    {
        if (options.S3 is null && (options.Directory ?? StoreOptions.DefaultDirectory) is var directory && !Directory.Exists(directory))
            throw new CommandException($"There is no directory {directory}: --store names where objects are.");
        return await OpenAsync(options, TimeProvider.System, cancel);
    }

    /// <summary>Opens a store; one that only does not answer yet is taken all the same.</summary>
    /// <exception cref="CommandException">The store refuses; the message says why.</exception>
    public static async Task<IObjectStore> OpenAsync(StoreOptions options, TimeProvider clock, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(ProbeLimit);
        var store = new LateStore(() => options.Open(clock));
        try
        {
            await foreach (var _ in store.ListAsync(Probe, limit.Token))
                break;
        }
        catch (StoreException refused) when (refused.Permanent)
        {
            throw new CommandException(refused.Message, refused);
        }
        catch (StoreException unanswered)
        {
            await Console.Error.WriteLineAsync($"The store does not answer yet, it will be asked again: {unanswered.Message}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"The store has not answered within {ProbeLimit}, it will be asked again.");
        }

        return store;
    }

    /// <summary>Opens the store of a recorder. Where there is a spool, a store that refuses is an alarm and no obstacle: what is recorded waits on disk.</summary>
    /// <exception cref="CommandException">The store refuses, and there is no spool; the message says why.</exception>
    public static async Task<IObjectStore> OpenAsync(Settings settings, TimeProvider clock, ILogger log, CancellationToken cancel)
    {
        try
        {
            return await OpenAsync(settings.Store, clock, cancel);
        }
        catch (CommandException refused) when (settings.Storage.Spool is { } spool)
        {
            LogRefused(log, spool.Directory, refused.Message);
            return new LateStore(() => settings.Store.Open(clock));
        }
    }

    /// <summary>Takes the directory of the spool; null where none is configured.</summary>
    /// <exception cref="CommandException">Another recorder has it, or it cannot be written.</exception>
    public static SpoolDirectory? OpenSpool(Settings settings)
    {
        if (settings.Storage.Spool is not { } options)
            return null;
        var holder = $"replica {settings.Replica}, process {Environment.ProcessId} on {Environment.MachineName}, since {TimeProvider.System.GetUtcNow():u}";
        try
        {
            return SpoolDirectory.Open(options.Directory, holder);
        }
        catch (StoreException refused)
        {
            throw new CommandException($"Ingester:Storage:Spool:Directory: {refused.Message}", refused);
        }
    }

    [LoggerMessage(LogLevel.Error, "The store refuses, and somebody must act; recording begins all the same, into the spool {Directory}. {Reason}")]
    private static partial void LogRefused(ILogger log, string directory, string reason);
}
