using System.Security.Cryptography;

namespace Ingester.Publishing.Signing;

/// <summary>A new key pair for certificates.</summary>
/// <param name="PrivatePem">The private key, PKCS #8, PEM.</param>
/// <param name="PublicPem">The public key, SubjectPublicKeyInfo, PEM.</param>
/// <param name="KeyId">The id of the key.</param>
internal sealed record KeyPair(string PrivatePem, string PublicPem, string KeyId)
{
    /// <summary>Creates a key pair on the curve P-256.</summary>
    public static KeyPair Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new(key.ExportPkcs8PrivateKeyPem() + "\n", key.ExportSubjectPublicKeyInfoPem() + "\n", KeyIds.Of(key, "the new pair"));
    }

    /// <summary>Writes both files; only the owner can read the private key. Existing files are not replaced.</summary>
    /// <exception cref="CertificateException">A file exists or cannot be written.</exception>
    public void Write(string privatePath, string publicPath)
    {
        try
        {
            WriteNew(privatePath, PrivatePem, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            WriteNew(publicPath, PublicPem, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CertificateException($"The key pair cannot be written: {error.Message}", error);
        }
    }

    private static void WriteNew(string path, string text, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        using var file = new StreamWriter(path, options);
        file.Write(text);
    }
}
