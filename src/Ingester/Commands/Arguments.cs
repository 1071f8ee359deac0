using System.CommandLine;
using System.CommandLine.Parsing;
using Ingester.Core.Exchanges;

namespace Ingester.Commands;

/// <summary>What several commands take.</summary>
internal static class Arguments
{
    /// <summary>The name of an exchange.</summary>
    public static Argument<string> Exchange() => new("EXCHANGE")
    {
        Description = $"One of {string.Join(", ", Catalog.All.Select(exchange => exchange.Profile.Name))}.",
    };

    /// <summary>Reads an address that begins with http:// or https://; anything else is an error of the command line.</summary>
    public static Uri? Address(ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            return address;
        result.AddError($"'{result.Tokens[0].Value}' is not an address that begins with http:// or https://.");
        return null;
    }

    /// <summary>The exchange that a name means.</summary>
    /// <exception cref="CommandException">There is none of that name.</exception>
    public static IExchange Find(string name) => Catalog.Find(name)
        ?? throw new CommandException($"There is no exchange '{name}'; there are {string.Join(", ", Catalog.All.Select(e => e.Profile.Name))}.");
}
