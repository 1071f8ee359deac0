using System.CommandLine;
using Ingester.Paper.Settings;
using Ingester.Storage.Stores;

namespace Ingester.Paper.Hosting;

/// <summary>The store that a command uses: recordings and journals.</summary>
internal sealed class StoreArguments
{
    private readonly Option<string> store = new("--store")
    {
        Description = $"The store: a directory or s3://bucket/prefix. Default: {StoreOptions.DefaultDirectory}.",
        DefaultValueFactory = _ => StoreOptions.DefaultDirectory,
    };

    private readonly Option<string> prefix = new("--prefix") { Description = "Key prefix below the store's own prefix.", DefaultValueFactory = _ => "" };

    private readonly Option<Uri?> endpoint = new("--endpoint")
    {
        Description = "Address of an S3-compatible service, if the bucket is not at AWS. Region and credentials come from the environment, as for ingester.",
        CustomParser = CommandValues.ParseAddress,
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { store, prefix, endpoint })
            command.Add(option);
    }

    /// <summary>Prefix of all keys.</summary>
    public string Prefix(ParseResult line) => line.GetRequiredValue(prefix).Trim('/');

    /// <summary>Opens the store.</summary>
    /// <exception cref="SettingsException">The address is not valid, or the directory does not exist.</exception>
    public IPrunableStore Open(ParseResult line, TimeProvider clock)
    {
        StoreOptions options;
        try
        {
            var configured = line.GetValue(endpoint) is { } url ? new StoreOptions { S3 = new() { ServiceUrl = url, ForcePathStyle = true } } : null;
            options = StoreAddress.Parse(line.GetRequiredValue(store), configured);
        }
        catch (FormatException invalid)
        {
            throw new SettingsException($"--store: {invalid.Message}", invalid);
        }

        if (options.S3 is null && !Directory.Exists(options.Directory))
            throw new SettingsException($"--store {options.Directory}: the directory does not exist.");
        return options.Open(clock);
    }
}
