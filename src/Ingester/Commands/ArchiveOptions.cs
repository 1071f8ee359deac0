using System.CommandLine;
using Ingester.Configuration;
using Ingester.Core.Markets;
using Ingester.Errors;
using Ingester.Hosting;
using Ingester.Reading;
using Ingester.Storage.Stores;

namespace Ingester.Commands;

/// <summary>The store that a command reads, from the same settings as <c>record</c> or from <c>--store</c>.</summary>
internal sealed class ArchiveOptions
{
    private readonly Option<string?> store = new("--store")
    {
        Description = $"The store: a directory or s3://bucket/prefix; overrides Ingester:Store. Default: {StoreOptions.DefaultDirectory}.",
    };

    private readonly Option<string> prefix = new("--prefix")
    {
        Description = "Key prefix below the store's own prefix.",
        DefaultValueFactory = _ => "",
    };

    private readonly Option<FileInfo?> config = CommonArguments.Config();
    private readonly Option<string[]> set = CommonArguments.Set("Ingester:Store:S3:ServiceUrl=http://127.0.0.1:4566");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { store, prefix, config, set })
            command.Add(option);
    }

    /// <summary>The options as arguments of another command, as they were given.</summary>
    public IReadOnlyList<string> Repeat(ParseResult line) =>
    [
        .. line.GetValue(store) is { } address ? ["--store", address] : Array.Empty<string>(),
        .. line.GetValue(prefix) is { Length: > 0 } root ? ["--prefix", root] : Array.Empty<string>(),
        .. line.GetValue(config) is { } file ? ["--config", file.FullName] : Array.Empty<string>(),
        .. (line.GetValue(set) ?? []).SelectMany(static value => new[] { "--set", value }),
    ];

    /// <summary>Key prefix below the store's own prefix.</summary>
    public string Prefix(ParseResult line) => line.GetRequiredValue(prefix);

    /// <summary>The settings.</summary>
    /// <exception cref="CommandException">Settings are invalid; the message lists all errors.</exception>
    public Settings ReadSettings(ParseResult line)
    {
        var (values, address) = (CommonArguments.ParseSettings(line.GetValue(set)), line.GetValue(store));
        if (address is not null && ParseAddress(address, configured: null).S3 is { } named)
            values["Ingester:Store:S3:Bucket"] = named.Bucket; // with the bucket set, settings that contain only other S3 options, such as the service URL, are valid
        var settings = Settings.Read(ConfigurationLoader.Load(line.GetValue(config), values), records: false);
        return address is null ? settings : settings with { Store = ParseAddress(address, settings.Store) };
    }

    /// <summary>Parses the address of a store; other settings of a bucket are those of the configured one.</summary>
    /// <exception cref="CommandException">It is not an address.</exception>
    public static StoreOptions ParseAddress(string address, StoreOptions? configured)
    {
        try
        {
            return StoreAddress.Parse(address, configured);
        }
        catch (FormatException failure)
        {
            throw new CommandException(failure.Message, failure);
        }
    }

    /// <summary>Opens the store for reading.</summary>
    /// <exception cref="CommandException">The store does not exist or rejects requests; the message contains the reason.</exception>
    public async Task<MarketArchive> OpenAsync(ParseResult line, CancellationToken cancel) =>
        new(await StoreFactory.OpenExistingAsync(ReadSettings(line).Store, cancel), Prefix(line));

    /// <summary>Requires that the store has objects or journal rows of a stream.</summary>
    /// <exception cref="CommandException">The stream is unknown; the message lists similar names.</exception>
    public static async Task RequireStreamAsync(MarketArchive archive, StreamId stream, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        if (await archive.SuggestMarketsAsync(stream, from, to, cancel) is not { } nearest)
            return;
        throw new CommandException(nearest.Count == 0
            ? $"The store holds no {stream.Dataset.Name()} of {stream.Exchange}."
            : $"The store holds nothing of {stream}. Similar names: {string.Join(", ", nearest)}.");
    }

    /// <summary>Requires that a period begins before it ends.</summary>
    public static void RequirePeriod(DateTimeOffset from, DateTimeOffset to)
    {
        if (from >= to)
            throw new CommandException("--from must come before --to.");
    }
}
