/** An illuminated initial: what a limner paints. */

import { LabIcon } from '@jupyterlab/ui-components';

const svgstr = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">
  <g class="jp-icon3" fill="#616161">
    <path fill-rule="evenodd" d="M1 1h14v14H1zM2.5 2.5v11h11v-11z"/>
    <path d="M4.5 4h4v1.2H7.3v5.4h2.5V9h1.4v3H4.5v-1.2h1V5.2h-1z"/>
    <path d="M9.2 4.4c1.5-.8 3 .2 2.6 1.9-.3-1-1.2-1.5-2.6-1.9z"/>
    <circle cx="10.3" cy="7.6" r=".8"/>
  </g>
</svg>`;

export const limnerIcon = new LabIcon({ name: 'limner:icon', svgstr });
