using Ingester.Commands;
using Ingester.Configuration;
using Ingester.Storage.Spooling;
using Ingester.Storage.Stores;
using Ingester.Storage.Writing;
using Polly;
using Polly.Timeout;

namespace Ingester.Hosting;

/// <summary>Opens stores, and finds out at once whether they can be used.</summary>
internal static partial class Stores
{
    private const string Nothing = "coverage/probe"; // no object has this name: the answer shows whether one may ask, and whether there is a bucket

    /// <summary>A store that does not answer within this time is accepted all the same: market data do not wait for it.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    private static readonly ResiliencePipeline Limit = new ResiliencePipelineBuilder().AddTimeout(AnswerLimit).Build(); // a simulated clock may run faster than stores answer

    /// <summary>Opens a store that is to be read: a directory must be there.</summary>
    /// <exception cref="CommandException">There is none, or it refuses; the message says why.</exception>
    public static async Task<IObjectStore> OpenExistingAsync(StoreOptions options, CancellationToken cancel)
    {
        RequireDirectory(options);
        return await OpenAsync(options, TimeProvider.System, ListAsync, cancel);
    }

    /// <summary>Opens a store that is there already and is written to: it must answer, and refuse to replace objects.</summary>
    /// <param name="options">The store.</param>
    /// <param name="prefix">What the keys begin with that are written.</param>
    /// <param name="cancel">Ends the attempt.</param>
    /// <exception cref="CommandException">There is none, it refuses, or it replaces objects; the message says why.</exception>
    public static async Task<IObjectStore> OpenForRepairAsync(StoreOptions options, string prefix, CancellationToken cancel)
    {
        var store = await OpenExistingAsync(options, cancel);
        try
        {
            await new StoreProbe(store, prefix, options.Describe()).RunAsync(cancel);
            return store;
        }
        catch (UnsafeStoreException unsafeStore)
        {
            throw Refused(unsafeStore);
        }
    }

    /// <summary>Opens the store of an import; one that only does not answer yet is accepted all the same, because an import can wait.</summary>
    /// <param name="options">The store.</param>
    /// <param name="prefix">What the keys begin with that are written.</param>
    /// <param name="cancel">Ends the attempt.</param>
    /// <exception cref="CommandException">It refuses, or it replaces objects; the message says why.</exception>
    public static async Task<IObjectStore> OpenForImportAsync(StoreOptions options, string prefix, CancellationToken cancel) =>
        await OpenForWritingAsync(options, prefix, TimeProvider.System, cancel);

    /// <summary>Opens the store of a recorder. Where there is a spool, a store that refuses is an alarm and no obstacle: what is recorded waits on disk.</summary>
    /// <exception cref="CommandException">The store refuses, and there is no spool, or it replaces objects; the message says why.</exception>
    public static async Task<IObjectStore> OpenAsync(Settings settings, TimeProvider clock, ILogger log, CancellationToken cancel)
    {
        try
        {
            return await OpenForWritingAsync(settings.Store, "", clock, cancel);
        }
        catch (CommandException refused) when (settings.Storage.Spool is not null && refused.InnerException is StoreException)
        {
            LogRefused(log, settings.Storage.Spool!.Directory, refused.Message);
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

    /// <summary>
    /// Proves that the store refuses to replace objects; one that only does not answer yet is accepted all the same, and its writer proves it before the first
    /// write.
    /// </summary>
    private static Task<IObjectStore> OpenForWritingAsync(StoreOptions options, string prefix, TimeProvider clock, CancellationToken cancel) => OpenAsync(
        options,
        clock,
        async (store, limit) =>
        {
            await ListAsync(store, limit);
            await new StoreProbe(store, prefix, options.Describe()).RunAsync(limit);
        },
        cancel);

    private static async Task<IObjectStore> OpenAsync(
        StoreOptions options, TimeProvider clock, Func<IObjectStore, CancellationToken, Task> ask, CancellationToken cancel)
    {
        var store = new LateStore(() => options.Open(clock));
        try
        {
            await Limit.ExecuteAsync(async limit => await ask(store, limit), cancel);
        }
        catch (Exception refused) when (refused is UnsafeStoreException or StoreException { Permanent: true })
        {
            throw Refused(refused);
        }
        catch (StoreException unanswered)
        {
            await Console.Error.WriteLineAsync($"The store does not answer yet, it will be asked again: {unanswered.Message}");
        }
        catch (TimeoutRejectedException)
        {
            await Console.Error.WriteLineAsync($"The store has not answered within {AnswerLimit.TotalSeconds:N0} s, it will be asked again.");
        }

        return store;
    }

    private static async Task ListAsync(IObjectStore store, CancellationToken cancel)
    {
        await foreach (var _ in store.ListAsync(Nothing, cancel))
            break;
    }

    private static void RequireDirectory(StoreOptions options)
    {
        if (options.S3 is null && (options.Directory ?? StoreOptions.DefaultDirectory) is var directory && !Directory.Exists(directory))
            throw new CommandException($"There is no directory {directory}: --store names where objects are.");
    }

    /// <summary>The store refuses, for whatever reason: the command has failed, whether or not its settings are to blame.</summary>
    private static CommandException Refused(Exception cause) => new(cause.Message, cause) { ExitCode = CommandRunner.Failed };

    [LoggerMessage(LogLevel.Error, "The store refuses, and someone must act; recording begins all the same, into the spool {Directory}. {Reason}")]
    private static partial void LogRefused(ILogger log, string directory, string reason);
}
