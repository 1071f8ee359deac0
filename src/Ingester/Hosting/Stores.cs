using Ingester.Core.Storage;

namespace Ingester.Hosting;

/// <summary>Opens stores, and finds out at once whether they can be used.</summary>
internal static class Stores
{
    private const string Probe = "coverage/probe"; // no object has this name: the answer shows whether one may ask

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

    /// <summary>Opens a store; one that only does not answer yet is taken all the same.</summary>
    /// <exception cref="CommandException">The store refuses; the message says why.</exception>
    public static async Task<IObjectStore> OpenAsync(StoreOptions options, TimeProvider clock, CancellationToken cancel)
    {
        try
        {
            var store = options.Open(clock);
            await store.HeadAsync(Probe, cancel);
            return store;
        }
        catch (StoreException refused) when (refused.Permanent)
        {
            throw new CommandException(refused.Message, refused);
        }
        catch (StoreException unanswered)
        {
            await Console.Error.WriteLineAsync($"The store does not answer yet, it will be asked again: {unanswered.Message}");
            return options.Open(clock);
        }
    }
}
