using System.CommandLine;
using Ingester.Configuration;
using Ingester.Core.Markets;
using Ingester.Hosting;
using Ingester.Reading;
using Ingester.Storage.Stores;

namespace Ingester.Commands;

/// <summary>Where a command reads: by the same settings as <c>record</c> writes, or by <c>--store</c>.</summary>
internal sealed class ArchiveOptions
{
    private readonly Option<string?> store = new("--store")
    {
        Description = $"Where objects are: a directory or s3://bucket/prefix; instead of Ingester:Store. Default: {StoreOptions.DefaultDirectory}.",
    };

    private readonly Option<string> prefix = new("--prefix")
    {
        Description = "What keys begin with below the store's own prefix.",
        DefaultValueFactory = _ => "",
    };

    private readonly Option<FileInfo?> config = Arguments.Config();
    private readonly Option<string[]> set = Arguments.Set("Ingester:Store:S3:ServiceUrl=http://127.0.0.1:4566");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { store, prefix, config, set })
            command.Add(option);
    }

    /// <summary>What keys begin with below the store's own prefix.</summary>
    public string Prefix(ParseResult line) => line.GetRequiredValue(prefix);

    /// <summary>The settings.</summary>
    /// <exception cref="CommandException">Something is wrong with them; the message names every fault.</exception>
    public Settings Read(ParseResult line)
    {
        var (values, address) = (Arguments.Settings(line.GetValue(set)), line.GetValue(store));
        if (address is not null && Parse(address, configured: null).S3 is { } named)
            values["Ingester:Store:S3:Bucket"] = named.Bucket; // settings that have only the rest of it, such as the service's address, are complete then
        var settings = Settings.Read(ConfigurationFiles.Read(line.GetValue(config), values), records: false);
        return address is null ? settings : settings with { Store = Parse(address, settings.Store) };
    }

    private static StoreOptions Parse(string address, StoreOptions? configured)
    {
        try
        {
            return StoreAddress.Parse(address, configured);
        }
        catch (FormatException sentence)
        {
            throw new CommandException(sentence.Message, sentence);
        }
    }

    /// <summary>Opens what is read.</summary>
    /// <exception cref="CommandException">There is no such store, or it refuses; the message says why.</exception>
    public async Task<MarketArchive> OpenAsync(ParseResult line, CancellationToken cancel) =>
        new(await Stores.OpenExistingAsync(Read(line).Store, cancel), Prefix(line));

    /// <summary>Refuses a stream that nothing is stored of and nobody ever spoke of.</summary>
    /// <exception cref="CommandException">There is no such stream; the message has the nearest names.</exception>
    public static async Task RequireAsync(MarketArchive archive, StreamId stream, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        if (await archive.NearestNamesAsync(stream, from, to, cancel) is not { } nearest)
            return;
        throw new CommandException(nearest.Count == 0
            ? $"Nothing is stored of {stream.Dataset.Name()} of {stream.Exchange} here."
            : $"Nothing is stored of {stream}. The nearest names are {string.Join(", ", nearest)}.");
    }

    /// <summary>Refuses a period that ends before it begins.</summary>
    public static void RequireOrder(DateTimeOffset from, DateTimeOffset to)
    {
        if (from >= to)
            throw new CommandException("--from must come before --to.");
    }
}
