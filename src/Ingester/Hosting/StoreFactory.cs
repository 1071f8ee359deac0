using Ingester.Configuration;
using Ingester.Errors;
using Ingester.Storage.Spooling;
using Ingester.Storage.Stores;
using Polly;
using Polly.Timeout;

namespace Ingester.Hosting;

/// <summary>Opens stores and checks at once whether they are usable.</summary>
internal static partial class StoreFactory
{
    private const string ProbePrefix = "coverage/probe"; // no object has this name: listing it tests the permissions and the bucket

    /// <summary>A store that does not respond within this time is used nevertheless: recording does not wait for it.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    private static readonly ResiliencePipeline TimeoutPipeline = new ResiliencePipelineBuilder().AddTimeout(AnswerTimeout).Build(); // real time: a simulated clock may be faster than the store

    /// <summary>Opens a store for reading; a directory must exist.</summary>
    /// <exception cref="CommandException">The store does not exist or rejects requests; the message contains the reason.</exception>
    public static async Task<IReplaceableStore> OpenExistingAsync(StoreOptions options, CancellationToken cancel)
    {
        RequireDirectory(options);
        return await OpenAsync(options, TimeProvider.System, ListAsync, cancel);
    }

    /// <summary>Opens an existing store for writing; it must respond and must refuse to replace objects.</summary>
    /// <param name="options">The store.</param>
    /// <param name="prefix">Prefix of the written keys.</param>
    /// <param name="cancel">Cancels the attempt.</param>
    /// <exception cref="CommandException">The store does not exist, rejects requests or replaces objects; the message contains the
    /// reason.</exception>
    public static async Task<IReplaceableStore> OpenForRepairAsync(StoreOptions options, string prefix, CancellationToken cancel)
    {
        var store = await OpenExistingAsync(options, cancel);
        try
        {
            await new StoreProbe(store, prefix, options.Describe()).RunAsync(cancel);
            return store;
        }
        catch (UnsafeStoreException unsafeStore)
        {
            throw ToCommandException(unsafeStore);
        }
    }

    /// <summary>Opens the store of an import. A store that only does not respond yet is accepted, because an import can wait.</summary>
    /// <param name="options">The store.</param>
    /// <param name="prefix">Prefix of the written keys.</param>
    /// <param name="cancel">Cancels the attempt.</param>
    /// <exception cref="CommandException">The store rejects requests or replaces objects; the message contains the reason.</exception>
    public static async Task<IObjectStore> OpenForImportAsync(StoreOptions options, string prefix, CancellationToken cancel) =>
        await OpenForWritingAsync(options, prefix, TimeProvider.System, cancel);

    /// <summary>
    /// Opens the store of a recorder. With a spool, a store that rejects requests raises an alarm but does not prevent the start: objects are
    /// spooled.
    /// </summary>
    /// <exception cref="CommandException">The store rejects requests and there is no spool, or it replaces objects; the message contains the
    /// reason.</exception>
    public static async Task<IObjectStore> OpenAsync(Settings settings, TimeProvider clock, ILogger log, CancellationToken cancel)
    {
        try
        {
            return await OpenForWritingAsync(settings.Store, "", clock, cancel);
        }
        catch (CommandException failure) when (settings.Storage.Spool is not null && failure.InnerException is StoreException)
        {
            LogRefused(log, settings.Storage.Spool!.Directory, failure.Message);
            return new LazyStore(() => settings.Store.Open(clock));
        }
    }

    /// <summary>Opens and locks the spool directory; null when none is configured.</summary>
    /// <exception cref="CommandException">Another recorder uses it, or it is not writable.</exception>
    public static SpoolDirectory? OpenSpool(Settings settings)
    {
        if (settings.Storage.Spool is not { } options)
            return null;
        var holder = $"replica {settings.Replica}, process {Environment.ProcessId} on {Environment.MachineName}, since {TimeProvider.System.GetUtcNow():u}";
        try
        {
            return SpoolDirectory.Open(options.Directory, holder);
        }
        catch (StoreException failure)
        {
            throw new CommandException($"Ingester:Storage:Spool:Directory: {failure.Message}", failure);
        }
    }

    /// <summary>
    /// Verifies that the store refuses to replace objects. A store that only does not respond yet is accepted; the writer verifies it before its
    /// first write.
    /// </summary>
    private static Task<IReplaceableStore> OpenForWritingAsync(StoreOptions options, string prefix, TimeProvider clock, CancellationToken cancel) => OpenAsync(
        options,
        clock,
        async (store, limit) =>
        {
            await ListAsync(store, limit);
            await new StoreProbe(store, prefix, options.Describe()).RunAsync(limit);
        },
        cancel);

    private static async Task<IReplaceableStore> OpenAsync(
        StoreOptions options, TimeProvider clock, Func<IObjectStore, CancellationToken, Task> check, CancellationToken cancel)
    {
        var store = new LazyStore(() => options.Open(clock));
        try
        {
            await TimeoutPipeline.ExecuteAsync(async limit => await check(store, limit), cancel);
        }
        catch (Exception failure) when (failure is UnsafeStoreException or StoreException { IsPermanent: true })
        {
            throw ToCommandException(failure);
        }
        catch (StoreException failure)
        {
            await Console.Error.WriteLineAsync($"The store does not respond yet; retrying: {failure.Message}");
        }
        catch (TimeoutRejectedException)
        {
            await Console.Error.WriteLineAsync($"The store did not respond within {AnswerTimeout.TotalSeconds:N0} s; retrying.");
        }

        return store;
    }

    private static async Task ListAsync(IObjectStore store, CancellationToken cancel)
    {
        await foreach (var _ in store.ListAsync(ProbePrefix, cancel))
            break;
    }

    private static void RequireDirectory(StoreOptions options)
    {
        if (options.S3 is null && (options.Directory ?? StoreOptions.DefaultDirectory) is var directory && !Directory.Exists(directory))
            throw new CommandException($"The directory {directory} does not exist. Choose the store with --store.");
    }

    /// <summary>Maps a rejection by the store to a failed command, whether or not the settings are the cause.</summary>
    private static CommandException ToCommandException(Exception cause) => new(cause.Message, cause) { ExitCode = ExitCodes.Failed };

    [LoggerMessage(LogLevel.Error, "The store rejects requests; action required. Recording starts and writes to the spool {Directory}. {Reason}")]
    private static partial void LogRefused(ILogger log, string directory, string reason);
}
