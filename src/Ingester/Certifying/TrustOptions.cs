using System.CommandLine;
using Ingester.Errors;
using Ingester.Publishing.Signing;

namespace Ingester.Certifying;

/// <summary>The public keys that a command trusts. There is no default: a key that is stored with the files does not prove who signed them.</summary>
internal sealed class TrustOptions
{
    private readonly Option<FileInfo[]> keys = new("--key")
    {
        Description = "A PEM file with trusted public keys; can be repeated. Take the keys from their owner, not from the folder that is verified.",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string[]> kms = new("--kms") { Description = "Id, ARN or alias of an AWS KMS key that is trusted; can be repeated.", DefaultValueFactory = _ => [] };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(keys);
        command.Add(kms);
    }

    /// <summary>Reads the keys.</summary>
    /// <exception cref="CommandException">No key is given, or one is not usable.</exception>
    public async Task<TrustedKeys> ReadAsync(ParseResult line, CancellationToken cancel)
    {
        var trusted = new TrustedKeys();
        try
        {
            foreach (var file in line.GetRequiredValue(keys))
                trusted.AddFile(file.FullName);
            foreach (var name in line.GetRequiredValue(kms))
                using (var key = await KmsSigner.OpenAsync(name, cancel))
                    trusted.Add(key.PublicPem, name);
        }
        catch (CertificateException error)
        {
            trusted.Dispose();
            throw new CommandException(error.Message, error);
        }

        return trusted.Ids.Count > 0 ? trusted : throw new CommandException("A public key is required: --key FILE or --kms KEY.");
    }
}
