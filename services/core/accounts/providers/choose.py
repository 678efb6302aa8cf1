"""The providers that the settings name."""

from collections.abc import Mapping

from services.core.accounts.providers.github import GithubProvider
from services.core.accounts.providers.oidc import OidcProvider
from services.core.accounts.providers.protocol import Provider
from services.core.accounts.sign_in_settings import ProviderKind, SignInSettings


def providers_of(settings: SignInSettings) -> Mapping[str, Provider]:
    """Each by its name, in the order of the settings; nothing is asked over the network."""
    return {
        config.name: GithubProvider(config) if config.kind is ProviderKind.GITHUB else OidcProvider(config)
        for config in settings.configured
    }
